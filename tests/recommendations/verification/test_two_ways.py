"""An order whose text and coding differ: both are told, word for word, or neither."""

from typing import Any

import pytest

from recommendations.clinical.dosage import dosage as read
from recommendations.clinical.facts import MedicationFact, PartialDate, Source
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification import Chart, reword, verify, verify_text
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import dosage, med, said

TEXT, CODED = "Take 7.5 mg by mouth every evening.", "5 mg"
NAME = "Warfarin 5 mg oral tablet"
TOLD = (
    f"{NAME}, active, ordered 24 Aug 2026: text and coding differ. "
    "The text says \u201cTake 7.5 mg by mouth every evening\u201d, "
    "the coding says \u201c5 mg\u201d."
)
CLAIM = dosage("med1", NAME, text=TEXT, coded=CODED)


def order(text: str = TEXT, dose: float = 5) -> Chart:
    instruction: dict[str, Any] = {
        "text": text,
        "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg"}}],
    }
    found = read([instruction])
    fact = MedicationFact(
        handle="med1",
        source=Source(resource_type="MedicationRequest", resource_id="w", version="1"),
        name=NAME,
        strength="5 mg",
        status="active",
        dosage_text=found.text,
        dose=found.dose,
        route=found.route,
        frequency=found.frequency,
        coded=found.coded,
        differing=found.differing,
        warnings=found.warnings,
        authored=PartialDate(text="2026-08-24"),
    )
    return Chart.of(ReadingSnapshot(as_of="2026-11-17T15:00:00+00:00", facts=(fact,)))


CHART = order()


def test_both_sides_told_word_for_word_stand_and_are_marked_as_a_thing_to_check() -> None:
    verdict = verify(said(TOLD, CLAIM), CHART)
    assert (verdict.outcome, verdict.findings) == (Outcome.CHECKED, ())
    assert (verdict.refs, verdict.high_stakes) == (("med1",), ("conflict",))


@pytest.mark.parametrize(
    "text",
    [
        "Warfarin 5 mg.",
        "Warfarin 7.5 mg every evening.",
        "Warfarin 5 mg by mouth every evening, active.",
        "Warfarin 7.5 mg or 5 mg every evening.",
    ],
)
@pytest.mark.parametrize("dose", ["5 mg", "7.5 mg"])
def test_a_dose_that_was_picked_does_not_stand(text: str, dose: str) -> None:
    verdict = verify(said(text, med("med1", "Warfarin", dose=dose)), CHART)
    assert not verdict.outcome.signable
    finding = next(f for f in verdict.findings if f.rule == "dosage_differs")
    assert TEXT in finding.words
    assert "5 mg\u201d coded" in finding.words


def test_the_name_with_its_strength_and_what_does_not_differ_may_be_told() -> None:
    for text in (f"{NAME}, active, ordered 24 Aug 2026.", "Warfarin every evening, active."):
        verdict = verify(said(text, med("med1", NAME, status="active")), CHART)
        assert verdict.outcome is Outcome.CHECKED, verdict.findings


@pytest.mark.parametrize(
    "changes",
    [
        {"coded": ""},
        {"text": ""},
        {"coded": "50 mg"},
        {"text": "Take 7.5 mg by mouth"},
        {"text": "Take 75 mg by mouth every evening."},
        {"name": "Apixaban"},
    ],
)
def test_a_claim_that_tells_one_side_or_another_text_does_not_hold(changes: Any) -> None:
    verdict = verify(said(TOLD, {**CLAIM, **changes}), CHART)
    assert not verdict.outcome.signable


@pytest.mark.parametrize(
    "text",
    [
        TOLD.replace("7.5", "5"),
        TOLD.replace("differ", "agree"),
        TOLD.replace("The text says", "Correctly, the text says"),
        f"{TOLD} Give 5 mg.",
    ],
)
def test_the_sentence_is_the_one_that_code_words(text: str) -> None:
    statement = said(text, CLAIM)
    assert [f.rule for f in verify(statement, CHART).findings] == ["dosage_differs"]
    assert reword(statement, CHART) == TOLD


def test_it_stands_alone() -> None:
    verdict = verify(said(TOLD, CLAIM, med("med1", NAME, status="active")), CHART)
    assert not verdict.outcome.signable


def test_where_the_two_agree_nobody_can_say_that_they_differ() -> None:
    agreeing = order("Take 5 mg by mouth every evening.")
    text = "Take 5 mg by mouth every evening."
    for claim in (dosage("med1", NAME, text=text, coded="5 mg"), dosage("med1", NAME)):
        assert not verify(said(TOLD, claim), agreeing).outcome.signable
    quoted = f"{NAME}, active, ordered 24 Aug 2026: the order says \u201c{text[:-1]}\u201d."
    verdict = verify(said(quoted, dosage("med1", NAME, text=text)), agreeing)
    assert (verdict.outcome, verdict.high_stakes) == (Outcome.CHECKED, ("dose",))


def test_own_words_may_take_either_side() -> None:
    for dose in ("5 mg", "7.5 mg"):
        assert verify_text(f"Warfarin {dose} confirmed by phone.", CHART).findings == ()
    assert verify_text("Warfarin 10 mg confirmed by phone.", CHART).findings
