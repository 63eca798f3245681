"""Orders as the rules tell them: where text and coding differ both are told, and none is cut."""

from typing import Any

import pytest

from recommendations.agent import offline
from recommendations.verification import Chart, verify
from recommendations.verification.claims import DosageClaim, DraftedStatement
from recommendations.verification.outcomes import Outcome
from tests.recommendations.charts import reading_from_bundle
from tests.recommendations.clinical.resources import order, patient
from tests.recommendations.offline.drafts import AS_OF, PREVISIT, drafted


def test_an_order_about_to_be_signed_is_told_first_and_as_no_more_than_that() -> None:
    chart = [
        patient(),
        order("m1", "Albuterol", authoredOn="2024-01-02"),
        order("m2", "Amoxicillin", status="draft", authoredOn="2026-11-17"),
    ]
    told = [s.text for s in drafted("previsit_summary", chart) if s.section == "medications"]
    assert told == [
        "Amoxicillin, draft of 17 Nov 2026.",
        "Albuterol, active, ordered 2 Jan 2024.",
    ]


WARFARIN = "Warfarin 5 mg oral tablet"
DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}


def instructed(*instructions: dict[str, Any], name: str = WARFARIN) -> list[DraftedStatement]:
    """What is drafted of one order, verified."""
    ordered = order("m1", name, authoredOn="2026-08-24", dosageInstruction=[*instructions])
    chart = reading_from_bundle([patient(), ordered], as_of=AS_OF)
    found = [s for s in offline.draft(PREVISIT, chart) if s.section == "medications"]
    for statement in found:
        verdict = verify(statement, Chart.of(chart.snapshot()))
        assert verdict.outcome is Outcome.CHECKED, verdict.findings
    return found


def coded(value: float, unit: str = "mg", **more: Any) -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}], **more}


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (2, "puff", "2 puffs"),
        (1, "puff", "1 puff"),
        (2, "puffs", "2 puffs"),
        (2, "patch", "2 patches"),
        (90, "mcg", "90 mcg"),
    ],
)
def test_what_is_counted_is_told_in_the_plural(value: float, unit: str, written: str) -> None:
    (told,) = instructed(coded(value, unit, timing=DAILY), name="Albuterol inhaler")
    assert told.text == f"Albuterol inhaler, {written} daily, active, ordered 24 Aug 2026."


def test_where_text_and_coding_of_an_order_differ_both_are_told_and_cited() -> None:
    (told,) = instructed(coded(5, text="Take 7.5 mg every evening", timing=DAILY))
    assert told.text == (
        "Warfarin 5 mg oral tablet, active, ordered 24 Aug 2026: text and coding differ. The text "
        "says “Take 7.5 mg every evening”, the coding says “5 mg daily”."
    )
    (claim,) = told.claims
    assert isinstance(claim, DosageClaim)
    assert (claim.ref, claim.text, claim.coded) == (
        "med1",
        "Take 7.5 mg every evening",
        "5 mg daily",
    )


@pytest.mark.parametrize(
    ("instruction", "both"),
    [
        (
            coded(500, text="Take 2 tablets twice daily"),
            ("Take 2 tablets twice daily", "500 mg"),
        ),
        (
            coded(5, text="Take 5 mg twice daily", timing=DAILY),
            ("Take 5 mg twice daily", "5 mg daily"),
        ),
        (
            coded(5, text="Take 5 mg daily as needed", asNeededBoolean=False),
            ("Take 5 mg daily as needed", "5 mg, not as needed"),
        ),
    ],
)
def test_no_difference_between_the_two_is_passed_over(
    instruction: dict[str, Any], both: tuple[str, str]
) -> None:
    (told,) = instructed(instruction, name="Metformin 500 MG Oral Tablet")
    assert "text and coding differ" in told.text
    assert all(f"“{side}”" in told.text for side in both)


def test_an_order_with_several_doses_is_told_in_its_own_words_and_whole() -> None:
    whole = "Take 5 mg by mouth every evening, 7.5 mg on Mondays"
    (in_one,) = instructed(coded(5, text=whole, timing=DAILY))
    assert in_one.text.endswith(f"the order says “{whole}”.")
    (in_two,) = instructed({"text": "Take 5 mg daily"}, {"text": "Mondays take 7.5 mg"})
    assert in_two.text.endswith("the order says “Take 5 mg daily; Mondays take 7.5 mg”.")


def test_words_too_long_for_a_sentence_are_pointed_to() -> None:
    long = f"Take 7.5 mg every evening {'with food ' * 60}"
    (differ,) = instructed(coded(5, text=long))
    assert differ.text.endswith("its text and its coding differ; see the order.")
    (several,) = instructed({"text": long}, {"text": "Mondays take 5 mg"})
    assert several.text.endswith("its words are too long for a statement; see the order.")


def test_an_order_that_agrees_with_itself_is_told_as_before() -> None:
    (told,) = instructed(coded(5, text="Take 1 tablet (5 mg) daily", timing=DAILY))
    assert told.text == "Warfarin 5 mg daily, active, ordered 24 Aug 2026."
