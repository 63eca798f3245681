"""Own words that the chart says otherwise: refused until that was seen, then the clinician's."""

import pytest

from recommendations.decisions import editing, own_words, services, signing
from recommendations.decisions.standing import Stand
from recommendations.models import Decision
from tests.recommendations import cast
from tests.recommendations.cast import CONTRADICTED, INFERRED, NOT_FOUND
from tests.recommendations.decisions.sent import events, on, refused, to_sign, whole

LOW = "Potassium 3.9 mmol/L on 17 Nov 2026."
STOPPED = "Spironolactone was stopped."


def seen(draft, text):
    verdict = own_words.check(text, own_words.chart_of(draft))
    return own_words.seen_of(text, own_words.against(verdict))


def test_words_that_the_chart_gainsays_are_refused_until_that_was_seen(draft):
    with refused("chart_otherwise"):
        services.approve_own_words(**on(draft, NOT_FOUND), text=LOW)
    assert cast.standing(draft, NOT_FOUND).stand is Stand.OPEN
    decision = services.approve_own_words(**on(draft, NOT_FOUND), text=LOW, seen=seen(draft, LOW))
    assert (decision.verb, decision.reason) == ("edit", own_words.SEEN)
    assert cast.standing(draft, NOT_FOUND).confirmed
    event = events("statement.edited").get()
    assert event.detail["confirmed"] == ["value_differs"]
    assert event.detail["outcome_own"] == "contradicted"
    assert "3.9" not in event.detail_json


@pytest.mark.parametrize("of", [STOPPED, "Potassium 3.8 mmol/L on 17 Nov 2026.", ""])
def test_what_was_seen_of_other_words_does_not_count(draft, of):
    with refused("chart_otherwise"):
        services.approve_own_words(
            **on(draft, NOT_FOUND), text=LOW, seen=seen(draft, of) if of else "0" * 64
        )


def test_words_put_right_need_no_word_of_it(draft):
    with refused("chart_otherwise"):
        services.approve_own_words(**on(draft, NOT_FOUND), text=STOPPED)
    decision = services.approve_own_words(**on(draft, NOT_FOUND), text="On spironolactone.")
    assert decision.reason == ""
    assert not cast.standing(draft, NOT_FOUND).confirmed
    assert events("statement.edited").get().detail["confirmed"] == []


@pytest.mark.parametrize(
    "text", ["Will review in two weeks.", "Stop spironolactone.", "Takes hydralazine."]
)
def test_plans_and_what_is_only_new_are_never_asked_about(draft, text):
    assert services.approve_own_words(**on(draft, NOT_FOUND), text=text).reason == ""


def test_saved_words_are_held_to_the_same(draft):
    found = cast.standing(draft, NOT_FOUND)
    editing.save_edit(
        launch=draft.launch, statement_id=found.statement.pk,
        text=LOW, shown_sha256=found.text_sha256,
    )  # fmt: skip
    with refused("chart_otherwise"):
        services.approve(**on(draft, NOT_FOUND))
    assert services.approve(**on(draft, NOT_FOUND), seen=seen(draft, LOW)).verb == "edit"


def test_a_decision_taken_back_is_asked_about_again(draft):
    services.approve_own_words(**on(draft, NOT_FOUND), text=LOW, seen=seen(draft, LOW))
    services.reopen(**on(draft, NOT_FOUND))
    with refused("chart_otherwise"):
        services.approve(**on(draft, NOT_FOUND))


def test_a_draft_whose_reading_was_not_kept_asks_nothing(draft):
    draft.reading_sealed = None
    draft.save()
    assert services.approve_own_words(**on(draft, NOT_FOUND), text=LOW).verb == "edit"


def test_the_signature_tells_how_many_were_meant_against_the_chart(draft):
    services.approve_own_words(**on(draft, NOT_FOUND), text=LOW, seen=seen(draft, LOW))
    services.leave_out(**on(draft, CONTRADICTED), reason="not_true", comment="")
    services.approve(**on(draft, INFERRED))
    services.approve_together(**whole(draft), section="")
    signing.sign(**to_sign(draft))
    assert events("draft.signed").get().detail["confirmed"] == 1
    assert Decision.objects.filter(reason=own_words.SEEN).count() == 1
