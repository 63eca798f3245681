"""Orders with a dose for each of several times: each dose with its own, and all of them."""

from typing import Any

import pytest

from recommendations.clinical.dosage import dosage
from recommendations.clinical.facts import MedicationFact, PartialDate, Source
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification import Chart, verify
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import med, said

NAME = "Warfarin"
EVENING, MONDAY = "5 mg every evening", "7.5 mg on Mondays"


def order(*instructions: dict[str, Any]) -> Chart:
    told = dosage(list(instructions))
    fact = MedicationFact(
        handle="med1",
        source=Source(resource_type="MedicationRequest", resource_id="w", version="1"),
        name="Warfarin 5 mg oral tablet",
        strength="5 mg",
        status="active",
        dosage_text=told.text,
        dose=told.dose,
        frequency=told.frequency,
        authored=PartialDate(text="2026-08-24"),
    )
    return Chart.of(ReadingSnapshot(as_of="2026-11-17T15:00:00+00:00", facts=(fact,)))


def coded(value: float) -> list[dict[str, Any]]:
    return [{"doseQuantity": {"value": value, "unit": "mg"}}]


ONE_TEXT = order({"text": f"Take {EVENING}, {MONDAY}", "doseAndRate": coded(5)})
TWO = order(
    {"text": f"Take {EVENING}", "doseAndRate": coded(5)},
    {"text": f"Take {MONDAY}", "doseAndRate": coded(7.5)},
)
CODED_ALONE = order(
    {"doseAndRate": coded(5), "timing": {"repeat": {"when": ["HS"]}}},
    {
        "doseAndRate": coded(10),
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}},
    },
)
BOTH = [
    med("med1", NAME, dose="5 mg", frequency="every evening"),
    med("med1", NAME, dose="7.5 mg", frequency="on Mondays"),
]


@pytest.mark.parametrize("chart", [ONE_TEXT, TWO], ids=["one text", "two instructions"])
def test_each_dose_with_its_own_time_stands(chart: Chart) -> None:
    verdict = verify(said(f"Warfarin {EVENING}, {MONDAY}.", *BOTH), chart)
    assert verdict.outcome is Outcome.CHECKED, verdict.findings


@pytest.mark.parametrize("chart", [ONE_TEXT, TWO], ids=["one text", "two instructions"])
def test_doses_that_changed_places_are_contradicted(chart: Chart) -> None:
    verdict = verify(said("Warfarin 7.5 mg every evening, 5 mg on Mondays.", *BOTH), chart)
    assert verdict.outcome is Outcome.CONTRADICTED
    assert "dose_differs" in {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize("text", [f"Warfarin {EVENING}.", f"Warfarin {MONDAY}."])
def test_one_of_the_doses_is_not_the_order(text: str) -> None:
    verdict = verify(said(text, *BOTH), ONE_TEXT)
    assert verdict.outcome is Outcome.CONTRADICTED


def test_the_strength_in_a_drugs_name_is_no_dose_of_it() -> None:
    claim = med("med1", "Warfarin 5 mg oral tablet", status="active", ordered="2026-08-24")
    verdict = verify(said("Warfarin 5 mg oral tablet, active, ordered 24 Aug 2026.", claim), TWO)
    assert verdict.outcome is Outcome.CHECKED, verdict.findings


@pytest.mark.parametrize("when", ["every evening", "once daily", "on Mondays"])
def test_with_a_time_beside_it_the_strength_reads_as_the_dose(when: str) -> None:
    claim = med("med1", "Warfarin 5 mg oral tablet", frequency=when)
    verdict = verify(said(f"Warfarin 5 mg oral tablet {when}.", claim), TWO)
    assert verdict.outcome is Outcome.CONTRADICTED


@pytest.mark.parametrize("dose", ["6 mg", "75 mg", "7.5 mcg"])
def test_a_dose_that_no_instruction_gives_is_contradicted(dose: str) -> None:
    claims = [BOTH[0], med("med1", NAME, dose=dose, frequency="on Mondays")]
    verdict = verify(said(f"Warfarin {EVENING}, {dose} on Mondays.", *claims), ONE_TEXT)
    assert verdict.outcome is Outcome.CONTRADICTED


def test_coded_instructions_without_words_are_told_by_their_codes() -> None:
    claims = [
        med("med1", NAME, dose="5 mg", frequency="at bedtime"),
        med("med1", NAME, dose="10 mg", frequency="weekly"),
    ]
    kept = verify(said("Warfarin 5 mg at bedtime, 10 mg weekly.", *claims), CODED_ALONE)
    assert kept.outcome is Outcome.CHECKED, kept.findings
    swapped = verify(said("Warfarin 10 mg at bedtime, 5 mg weekly.", *claims), CODED_ALONE)
    assert swapped.outcome is Outcome.CONTRADICTED


def test_a_bound_is_no_second_dose() -> None:
    chart = order({"text": "Take 5 mg every evening, max 10 mg", "doseAndRate": coded(5)})
    claims = [med("med1", NAME, dose="10 mg", frequency="every evening")]
    verdict = verify(said("Warfarin 10 mg every evening.", *claims), chart)
    assert verdict.outcome is Outcome.CONTRADICTED
