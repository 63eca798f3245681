"""Decisions: each is one clinician's, on one text, on one page; anything else is refused aloud."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from encryption import open_sealed
from recommendations.clinical.facts import Gap, LeftOut, ReadingSnapshot
from recommendations.decisions import editing, services, signing
from recommendations.decisions.acts import Act
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import Stand, fingerprint, standings
from recommendations.decisions.texts import sha256
from recommendations.models import Decision, Draft, SignedNote, StatementEdit
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, CONTRADICTED, INFERRED, NOT_FOUND


@contextmanager
def refused(code):
    """The act is refused with ``code``, nothing is written, and the trail says so."""
    before = (Decision.objects.count(), SignedNote.objects.count())
    with pytest.raises(DecisionRefused) as caught:
        yield
    assert caught.value.code == code
    assert (Decision.objects.count(), SignedNote.objects.count()) == before
    last = AuditEvent.objects.filter(type="decision.refused").latest("id")
    assert (last.outcome, last.code) == ("refused", code)


def on(draft, outcome, **changes):
    """What a page shows of a statement."""
    draft.refresh_from_db()
    found = cast.standing(draft, outcome)
    return {
        "launch": draft.launch,
        "statement_id": found.statement.pk,
        "revision": draft.revision,
        "text_sha256": found.text_sha256,
        **changes,
    }


def whole(draft, **changes):
    """What a page shows of a draft."""
    draft.refresh_from_db()
    shown = fingerprint(standings(draft))
    return {
        "launch": draft.launch,
        "draft_id": draft.pk,
        "revision": draft.revision,
        "text_sha256": shown,
        **changes,
    }


def decide_all(draft):
    """Approve what may be approved, put one in own words, leave one out."""
    services.approve_own_words(**on(draft, NOT_FOUND), text="ECG ordered; not yet done.")
    services.leave_out(**on(draft, CONTRADICTED), reason="not_true", comment="")
    services.approve(**on(draft, INFERRED))
    services.approve_together(**whole(draft), section="")


def to_sign(draft, **changes):
    """What the signing page sends."""
    draft.refresh_from_db()
    text = signing.assemble(draft, standings(draft), draft.launch.clinician)
    return {
        "launch": draft.launch,
        "draft_id": draft.pk,
        "revision": draft.revision,
        "text_sha256": text.sha256,
        "attestation": signing.ATTESTATION_VERSION,
        **changes,
    }


def events(kind):
    return AuditEvent.objects.filter(type=kind)


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


def test_an_ended_launch_decides_nothing_but_keeps_what_is_typed(draft):
    page = on(draft, CHECKED)
    cast.end(draft.launch)
    with refused("launch_ended"):
        services.approve(**page)
    with refused("launch_ended"):
        signing.sign(**to_sign(draft))
    edit = editing.save_edit(
        launch=draft.launch, statement_id=page["statement_id"],
        text="Typed just then.", shown_sha256=page["text_sha256"],
    )  # fmt: skip
    assert edit.text == "Typed just then."


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


@pytest.mark.parametrize("state", ["queued", "running"])
def test_words_beside_a_statement_that_may_yet_be_withdrawn_are_refused(draft, state):
    page = on(draft, CHECKED)
    send = {"launch": draft.launch, "statement_id": page["statement_id"], "text": "K 5.9"}
    Draft.objects.filter(pk=draft.pk).update(state=state)
    with refused("not_ready"):
        editing.save_edit(**send, shown_sha256=page["text_sha256"])
    assert not StatementEdit.objects.exists()
    Draft.objects.filter(pk=draft.pk).update(state="failed")
    assert editing.save_edit(**send, shown_sha256=page["text_sha256"]).text == "K 5.9"


def test_words_are_saved_as_they_are_typed(draft):
    found = cast.standing(draft, CHECKED)
    first = editing.save_edit(
        launch=draft.launch,
        statement_id=found.statement.pk,
        text="K 5.",
        shown_sha256=found.text_sha256,
    )
    again = editing.save_edit(
        launch=draft.launch,
        statement_id=found.statement.pk,
        text="K 5.9",
        shown_sha256=sha256("K 5."),
    )
    assert (first.revision, again.revision, StatementEdit.objects.get().text) == (1, 2, "K 5.9")
    draft.refresh_from_db()
    assert draft.revision == 0, "typing makes no page stale"
    assert events("edit.saved").count() == 2


def test_a_save_that_comes_twice_is_one(draft):
    found = cast.standing(draft, CHECKED)
    send = {"launch": draft.launch, "statement_id": found.statement.pk, "text": "K 5.9"}
    editing.save_edit(**send, shown_sha256=found.text_sha256)
    editing.save_edit(**send, shown_sha256=found.text_sha256)
    assert StatementEdit.objects.get().revision == 1


def test_two_windows_do_not_overwrite_each_other_unseen(draft):
    found = cast.standing(draft, CHECKED)
    send = {"launch": draft.launch, "statement_id": found.statement.pk}
    editing.save_edit(**send, text="From one window", shown_sha256=found.text_sha256)
    with refused("text_differs"):
        editing.save_edit(**send, text="From the other", shown_sha256=found.text_sha256)
    assert StatementEdit.objects.get().text == "From one window"


def test_a_signed_draft_takes_no_more_words(draft):
    decide_all(draft)
    signing.sign(**to_sign(draft))
    found = cast.standing(draft, CHECKED)
    with refused("already_signed"):
        editing.save_edit(
            launch=draft.launch,
            statement_id=found.statement.pk,
            text="Late",
            shown_sha256=found.text_sha256,
        )


def test_words_that_did_not_wait_for_the_save_before_are_kept_in_order(draft):
    found = cast.standing(draft, CHECKED)
    on_page = {
        "launch": draft.launch,
        "statement_id": found.statement.pk,
        "shown_sha256": found.text_sha256,
    }
    editing.save_edit(**on_page, text="K 5.9, repeated")
    kept = editing.save_edit(**on_page, text="K 5.9, repeated today", underway="K 5.9, repeated")
    assert kept.text == "K 5.9, repeated today"
    with refused("text_differs"):  # the first one, arriving late, takes nothing back
        editing.save_edit(**on_page, text="K 5.9, rep")
    with refused("text_differs"):  # and another window's words are not overwritten
        editing.save_edit(**on_page, text="Other", underway="K 5.9, repeated")
    assert cast.standing(draft, CHECKED).text == "K 5.9, repeated today"


def test_approving_together_leaves_what_needs_a_look_of_its_own(draft):
    typed = cast.standing(draft, CHECKED)
    editing.save_edit(
        launch=draft.launch,
        statement_id=typed.statement.pk,
        text="K 5.9",
        shown_sha256=typed.text_sha256,
    )
    decisions = services.approve_together(**whole(draft), section="")
    assert [d.statement.outcome for d in decisions] == ["checked"], "no inference, no typed words"
    assert [s.stand.value for s in standings(draft)] == ["approved", "open", "open", "open", "open"]
    draft.refresh_from_db()
    assert draft.revision == 1
    assert {e.detail["together"] for e in events("statement.approved")} == {1}
    with refused("nothing_to_approve"):
        services.approve_together(**whole(draft), section="")


def test_a_section_is_approved_alone(draft):
    with refused("nothing_to_approve"):
        services.approve_together(**whole(draft), section="assessment")  # an inference alone
    services.approve_together(**whole(draft), section="objective")
    assert [s.stand.value for s in standings(draft)].count("approved") == 1


def test_approving_together_is_of_the_page_that_was_shown(draft):
    page = whole(draft)
    found = cast.standing(draft, CHECKED)
    editing.save_edit(
        launch=draft.launch,
        statement_id=found.statement.pk,
        text="K 5.9",
        shown_sha256=found.text_sha256,
    )
    with refused("text_differs"):
        services.approve_together(**page, section="")


def test_rejecting_a_draft_ends_it(draft):
    with refused("reason_missing"):
        services.reject_draft(**whole(draft), reason="", comment="")
    services.reject_draft(**whole(draft), reason="too_many_errors", comment="")
    draft.refresh_from_db()
    assert (draft.state, draft.revision) == ("rejected", 1)
    assert events("draft.rejected").get().detail["reason"] == "too_many_errors"
    with refused("already_rejected"):
        services.approve(**on(draft, CHECKED))


def test_signing_needs_every_statement_decided(draft):
    with refused("undecided"):
        signing.sign(**to_sign(draft))
    services.approve_together(**whole(draft), section="")
    with refused("undecided"):
        signing.sign(**to_sign(draft))


def test_the_signed_text_says_what_was_not_read_and_names_nobody(draft):
    outside = Gap(
        concept="medications",
        reason="suppressed",
        words="Outside medications were withheld by the EHR.",
    )
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    gaps = (outside, outside)  # two reads may tell the same
    draft.reading = snapshot.model_copy(update={"gaps": gaps}).model_dump(mode="json")
    draft.save()
    decide_all(draft)
    note = signing.sign(**to_sign(draft))
    said = "Not read: Outside medications were withheld by the EHR."
    assert note.text.count("Outside medications") == 1
    assert note.text.split("\n\n")[-2] == said
    assert "Halloway" not in note.text


def leaving_out(draft, *left):
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    draft.reading = snapshot.model_copy(update={"left_out": left}).model_dump(mode="json")
    draft.save()


def test_each_section_of_the_signed_text_says_what_it_does_not_show(draft):
    leaving_out(
        draft,
        LeftOut(section="objective", what="2 more results out of range", handles=("lab2", "lab3")),
        LeftOut(section="objective", what="1 more vital sign", handles=("vit1",)),
        LeftOut(section="assessment", what="1 more active problem", handles=("cond9",)),
        LeftOut(section="plan", what="3 more active care plans", handles=("cp1", "cp2", "cp3")),
        LeftOut(section="allergies_and_medications", what="1 more allergy", handles=("alg1",)),
    )
    decide_all(draft)
    text = signing.sign(**to_sign(draft)).text
    assert (
        "ECG ordered; not yet done.\n"
        "2 more results out of range and 1 more vital sign are not shown.\n\n"
        "ASSESSMENT\nHyperkalemia, likely from spironolactone.\n"
        "1 more active problem is not shown.\n\n"
        "PLAN\n3 more active care plans are not shown.\n\n"
    ) in text
    assert "1 more allergy" not in text, "the clinician wanted nothing of that section"


def test_a_text_from_all_of_the_chart_has_nothing_to_say_of_gaps(draft):
    decide_all(draft)
    assert "Not read" not in signing.sign(**to_sign(draft)).text


def test_a_draft_whose_reading_was_not_kept_says_that(draft):
    decide_all(draft)
    draft.refresh_from_db()
    draft.reading_sealed = None
    draft.save()
    assert "Not read: what was missing" in signing.sign(**to_sign(draft)).text


def test_nothing_at_all_cannot_be_signed(launch):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1])
    services.leave_out(**on(draft, CHECKED), reason="other", comment="")
    with refused("nothing_left"):
        signing.sign(**to_sign(draft))


def test_the_signed_text_is_exactly_what_was_approved(draft):
    decide_all(draft)
    note = signing.sign(**to_sign(draft))
    assert note.text == (
        "SUBJECTIVE\nThe intake note says: Feels more tired this week.\n\n"
        "OBJECTIVE\nPotassium 5.9 mmol/L on 17 Nov 2026.\nECG ordered; not yet done.\n\n"
        "ASSESSMENT\nHyperkalemia, likely from spironolactone.\n\n"
        "Drafted with AI (claude-test). Reviewed and edited by Dr. Vale.\n"
    )
    assert note.text_sha256 == sha256(note.text) == note.decision.text_sha256
    draft.refresh_from_db()
    assert (draft.state, note.decision.verb) == ("signed", "sign")
    detail = events("draft.signed").get().detail
    assert (detail["approved"], detail["edited"], detail["left_out"]) == (3, 1, 1)
    assert detail["text_sha256"] == note.text_sha256
    assert detail["attestation"] == signing.ATTESTATION


def test_what_rules_drafted_is_never_called_ai(launch):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1], drafter="offline", model_id="")
    services.approve(**on(draft, CHECKED))
    assert "not by AI. Reviewed by Dr. Vale." in signing.sign(**to_sign(draft)).text


@pytest.mark.parametrize(
    ("change", "code"),
    [({"attestation": ""}, "not_attested"), ({"attestation": "0"}, "attestation_changed"),
     ({"text_sha256": "0" * 64}, "text_differs"), ({"revision": 0}, "stale_page")],
)  # fmt: skip
def test_a_signature_on_anything_else_is_refused(draft, change, code):
    decide_all(draft)
    with refused(code):
        signing.sign(**to_sign(draft, **change))


def test_a_draft_is_signed_once(draft):
    decide_all(draft)
    page = to_sign(draft)
    signing.sign(**page)
    with refused("already_signed"):
        signing.sign(**page)
    with refused("already_signed"):
        services.reopen(**on(draft, CHECKED))


def test_without_its_event_a_decision_does_not_happen(draft, monkeypatch):
    def broken(event):
        transaction.set_rollback(True)
        raise LedgerUnavailable("The trail could not be written.")

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(LedgerUnavailable):
        services.approve(**on(draft, CHECKED))
    draft.refresh_from_db()
    assert (Decision.objects.count(), draft.revision) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_racing_one_is_refused(launch):
    draft = cast.ready_draft(launch)
    pages = [on(draft, CHECKED), on(draft, INFERRED)]
    together, outcomes = threading.Barrier(2), []

    def decide(page):
        try:
            together.wait()
            services.approve(**page)
            outcomes.append("done")
        except DecisionRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "stale_page"]
    assert Decision.objects.count() == 1


def test_the_revision_itself_decides_a_race(draft):
    """Even if both had read the same revision, only one conditional update matches it."""
    first, second = (Act(launch=draft.launch, verb="approve") for _ in range(2))
    first.draft, second.draft = Draft.objects.get(pk=draft.pk), Draft.objects.get(pk=draft.pk)
    assert first.advance() == 1
    with pytest.raises(DecisionRefused) as caught:
        second.advance()
    assert caught.value.code == "stale_page"
