"""Decisions on one statement: each is one clinician's, on one text, on one page."""

import pytest

from encryption import open_sealed
from recommendations.decisions import editing, services
from recommendations.decisions.standing import Stand, standings
from recommendations.decisions.texts import sha256
from recommendations.models import Decision, Draft
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, CONTRADICTED, INFERRED, NOT_FOUND
from tests.recommendations.decisions.sent import events, on, refused, whole


def test_approving_writes_decision_revision_and_event_together(draft):
    decision = services.approve(**on(draft, CHECKED))
    draft.refresh_from_db()
    assert (decision.verb, decision.draft_revision, draft.revision) == ("approve", 1, 1)
    assert decision.text_sha256 == sha256(decision.text) == sha256(decision.statement.text)
    event = events("statement.approved").get()
    assert event.detail["decision_id"] == str(decision.pk)
    assert (event.draft_id, event.actor_name) == (str(draft.pk), "Dr. Vale")
    assert cast.standing(draft, CHECKED).stand is Stand.APPROVED


def test_the_words_approved_are_sealed_in_the_trail(draft):
    services.approve(**on(draft, CHECKED))
    event = events("statement.approved").get()
    assert "Potassium" not in event.detail_json
    sealed = open_sealed(
        event.payload, context=f"audit_auditevent|{event.stream}|{event.sequence}|payload"
    )
    assert b"Potassium 5.9" in sealed


@pytest.mark.parametrize("outcome", [NOT_FOUND, CONTRADICTED])
def test_what_the_chart_does_not_bear_out_cannot_be_approved(draft, outcome):
    with refused("not_signable"):
        services.approve(**on(draft, outcome))


SAME_TO_THE_EYE = [
    "ECG today shows no peaked T waves.",
    "  ECG today shows  no peaked T waves.\n",
    "ECG today shows no peaked T waves",
    "ecg today shows no peaked T-waves.",
    "ECG today shows no pea\u200dked T waves.",
    "ECG today shows no peaked T waves.\u200c",
    "ECG today shows no pea\u034fked T waves.\ufe0f",
    "\uff25\uff23\uff27 today shows no peaked T waves.",
    "ECG today shows no peaked T\u00a0waves\uff0e",
]


@pytest.mark.parametrize("text", SAME_TO_THE_EYE)
def test_an_edit_that_changes_nothing_is_no_way_around_that(draft, text):
    with refused("not_signable"):
        services.approve_own_words(**on(draft, NOT_FOUND), text=text)


@pytest.mark.parametrize("text", SAME_TO_THE_EYE)
def test_nor_is_saving_the_same_words_first(draft, text):
    found = cast.standing(draft, NOT_FOUND)
    editing.save_edit(
        launch=draft.launch, statement_id=found.statement.pk,
        text=text, shown_sha256=found.text_sha256,
    )  # fmt: skip
    assert not cast.standing(draft, NOT_FOUND).own_words
    with refused("not_signable"):
        services.approve(**on(draft, NOT_FOUND))


def test_a_full_stop_set_by_the_clinician_is_kept_where_the_draft_may_be_signed(draft):
    text = "Potassium 5.9 mmol/L on 17 Nov 2026!"
    drafted = next(s for s in standings(draft) if s.drafted.startswith("Potassium"))
    services.approve_own_words(
        launch=draft.launch, statement_id=drafted.statement.pk, text=text,
        revision=0, text_sha256=drafted.text_sha256,
    )  # fmt: skip
    assert Decision.objects.get().text == text


def test_a_number_put_right_is_the_clinicians_own(draft):
    decision = services.approve_own_words(
        **on(draft, CONTRADICTED), text="On spironolactone 1-2.5 mg daily."
    )
    assert decision.verb == "edit"


def test_own_words_replace_a_statement_and_stay_beside_it(draft):
    decision = services.approve_own_words(
        **on(draft, NOT_FOUND), text="ECG ordered;\r\n not yet done."
    )
    found = cast.standing(draft, NOT_FOUND)
    assert (decision.verb, found.stand) == ("edit", Stand.EDITED)
    assert found.text == "ECG ordered; not yet done."
    assert found.statement.text == "ECG today shows no peaked T waves."
    assert events("statement.edited").get().detail["outcome_found"] == "not_found"


def test_words_of_no_length_or_of_too_much_are_refused(draft):
    with refused("text_empty"):
        services.approve_own_words(**on(draft, NOT_FOUND), text=" \n\u202e")
    with refused("text_too_long"):
        services.approve_own_words(**on(draft, NOT_FOUND), text="x" * 2001)


def test_leaving_out_needs_a_reason_of_the_list(draft):
    for reason in ("", "because"):
        with refused("reason_missing"):
            services.leave_out(**on(draft, CHECKED), reason=reason, comment="")
    decision = services.leave_out(**on(draft, CHECKED), reason="other", comment="Said already")
    assert (decision.reason, decision.comment) == ("other", "Said already")
    assert cast.standing(draft, CHECKED).stand is Stand.LEFT_OUT


def test_a_decision_can_be_taken_back_and_both_stay(draft):
    services.approve(**on(draft, CHECKED))
    services.reopen(**on(draft, CHECKED))
    assert cast.standing(draft, CHECKED).is_open
    assert list(Decision.objects.values_list("verb", flat=True)) == ["approve", "reopen"]
    assert events("statement.reopened").get().detail["undone"] == "approve"
    with refused("not_decided"):
        services.reopen(**on(draft, CHECKED))


def test_own_words_survive_being_reopened(draft):
    services.approve_own_words(**on(draft, NOT_FOUND), text="ECG ordered.")
    services.reopen(**on(draft, NOT_FOUND))
    found = cast.standing(draft, NOT_FOUND)
    assert found.is_open
    assert found.text == "ECG ordered."
    assert services.approve(**on(draft, NOT_FOUND)).verb == "edit"


def test_a_statement_is_decided_once(draft):
    services.approve(**on(draft, CHECKED))
    with refused("already_decided"):
        services.leave_out(**on(draft, CHECKED), reason="other", comment="")


def test_a_decision_on_a_stale_page_is_refused(draft):
    page = on(draft, CHECKED)
    services.approve(**on(draft, INFERRED))
    with refused("stale_page"):
        services.approve(**page)
    last = events("decision.refused").latest("id").detail
    assert (last["page_revision"], last["draft_revision"]) == (0, 1)


def test_a_page_of_the_future_is_refused_too(draft):
    with refused("stale_page"):
        services.approve(**on(draft, CHECKED, revision=7))


def test_another_text_than_the_one_shown_is_refused(draft):
    with refused("text_differs"):
        services.approve(**on(draft, CHECKED, text_sha256=sha256("Potassium 4.9 mmol/L.")))


def test_words_saved_in_another_window_make_the_page_differ(draft):
    page = on(draft, CHECKED)
    editing.save_edit(
        launch=draft.launch, statement_id=page["statement_id"],
        text="Potassium 5.9 today.", shown_sha256=page["text_sha256"],
    )  # fmt: skip
    with refused("text_differs"):
        services.approve(**page)


def test_another_launch_of_the_same_clinician_cannot_decide(draft):
    with refused("another_launch"):
        services.approve(**on(draft, CHECKED, launch=cast.launch("p2")))
    again = cast.launch("p1")
    with refused("another_launch"):
        services.approve(**on(draft, CHECKED, launch=again))
    last = events("decision.refused").latest("id")
    assert (last.draft_id, last.detail["statement_id"]) == ("", "")


def test_a_draft_of_another_patient_under_the_same_launch_is_refused(draft):
    Draft.objects.filter(pk=draft.pk).update(patient_index="index-of-somebody-else")
    with refused("another_launch"):
        services.approve(**on(draft, CHECKED))


@pytest.mark.parametrize(
    ("state", "code"),
    [("running", "not_ready"), ("queued", "not_ready"), ("failed", "draft_failed"),
     ("signed", "already_signed"), ("rejected", "already_rejected")],
)  # fmt: skip
def test_only_a_ready_draft_takes_decisions(draft, state, code):
    Draft.objects.filter(pk=draft.pk).update(state=state)
    with refused(code):
        services.approve(**on(draft, CHECKED))
    with refused(code):
        services.reject_draft(**whole(draft), reason="other", comment="")
