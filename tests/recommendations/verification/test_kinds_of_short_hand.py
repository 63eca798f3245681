"""Kinds that a third blind set showed: truths that were marked, errors that passed, short hand."""

from typing import Any

import pytest

from recommendations.verification import Chart, reword, verify
from tests.recommendations.verification.build import (
    absent,
    bp,
    event,
    infer,
    med,
    note,
    obs,
    said,
    trend,
)
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.fifth import FIFTH

PLATELETS, BEFORE, FIRST = (
    obs(f"lab{n}", "Platelets", value, "10*9/L")
    for n, value in ((1, "340"), (2, "210"), (3, "260"))
)
CORTISOL = obs("lab4", "Cortisol", when="2026-11-16")
SPUTUM = obs("lab5", "Sputum culture", value_text="Klebsiella >10,000 CFU/mL")
FERRITIN = obs("lab6", "Ferritin", "12", "ug/L", versus_range="below")
SODIUM = obs("lab8", "Sodium", "139", "mmol/L")
ALENDRONATE = med("med1", "Alendronate", dose="70 mg", route="oral")
EPOETIN = med("med2", "Epoetin alfa", status="on-hold")
NAPROXEN = med("med3", "Naproxen", dose="250 mg")
PLAN = event("cp1", "Bone health plan", status="revoked")
PNEUMOCOCCAL = event("imm1", "Pneumococcal conjugate, 13 valent")

# What stands, and what must not stand on the same claims.
PAIRS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    # movements of two values among three, and of pressures
    ("Platelets fell from 260 10*9/L on 2 Nov 2026 to 210 10*9/L on 9 Nov 2026 and were 340 10*9/L on 16 Nov 2026.",
     [trend("lab3", "lab2", "falling"), FIRST, BEFORE, PLATELETS], [
        "Platelets rose from 260 10*9/L on 2 Nov 2026 to 210 10*9/L on 9 Nov 2026 and were 340 10*9/L on 16 Nov 2026.",
        "Platelets fell from 210 10*9/L on 9 Nov 2026 to 340 10*9/L on 16 Nov 2026.",
    ]),
    ("Blood pressure fell from 152/90 mmHg on 2 Nov 2026 to 128/78 mmHg on 16 Nov 2026.",
     [trend("vit3", "vit2", "falling"), bp("vit3", 152, 90), bp("vit2", 128, 78)], [
        "Blood pressure rose from 152/90 mmHg on 2 Nov 2026 to 128/78 mmHg on 16 Nov 2026.",
        "Blood pressure fell from 152/90 mmHg on 16 Nov 2026 to 128/78 mmHg on 2 Nov 2026.",
        "Blood pressure was unchanged from 152/90 mmHg on 2 Nov 2026 to 128/78 mmHg on 16 Nov 2026.",
    ]),
    # first, last, highest and lowest beside their own values
    ("Lowest platelets 210 (9 Nov 2026); latest 340 (16 Nov 2026).", [BEFORE, PLATELETS], [
        "Highest platelets 210 (9 Nov 2026); latest 340 (16 Nov 2026).",
        "Lowest platelets 340 (16 Nov 2026); latest 210 (9 Nov 2026).",
    ]),
    # what is awaited
    ("Cortisol of 16 Nov 2026 is awaited.", [CORTISOL], [
        "Cortisol of 16 Nov 2026 is in range.",
        "Cortisol of 17 Nov 2026 is awaited.",
        "Cortisol was measured on 16 Nov 2026.",
    ]),
    ("Cortisol (16 Nov 2026): registered, no result yet.", [CORTISOL], ["Cortisol (16 Nov 2026): final, no result yet."]),
    ("Sodium was 139 mmol/L on 16 Nov 2026.", [SODIUM], ["Sodium of 16 Nov 2026 is outstanding."]),
    # results in words keep their signs
    ("Sputum culture of 10 Nov 2026: Klebsiella >10,000 CFU/mL.", [SPUTUM], [
        "Sputum culture of 10 Nov 2026: Klebsiella <10,000 CFU/mL.",
        "Sputum culture of 10 Nov 2026: Klebsiella 10,000 CFU/mL.",
    ]),
    # the side of the range, in every wording of it
    ("Ferritin was 12 ug/L on 16 Nov 2026, below its range.", [FERRITIN], [
        "Ferritin was 12 ug/L on 16 Nov 2026, in the range.",
        "Ferritin was 12 ug/L on 16 Nov 2026, in its range.",
        "Ferritin was 12 ug/L on 16 Nov 2026, above the limit.",
    ]),
    ("Ferritin of 16 Nov 2026 is below the limit.", [FERRITIN], []),
    ("Platelets and sodium of 16 Nov 2026 both lie within their ranges.", [PLATELETS, SODIUM], [
        "Platelets and sodium of 16 Nov 2026 both lie above their ranges.",
    ]),
    # names: of a strength in thousands, of a vaccine by its first part; a plan that was revoked
    ("Epoetin alfa is on hold.", [EPOETIN], ["Epoetin alfa is active.", "Darbepoetin is on hold."]),
    ("Pneumococcal conjugate, 13 valent, was given on 5 Oct 2026.", [PNEUMOCOCCAL], [
        "Pneumococcal conjugate, 23 valent, was given on 5 Oct 2026.",
    ]),
    ("The bone health plan of 7 Jan 2025 was revoked.", [PLAN], ["The bone health plan of 7 Jan 2025 is active."]),
    # instructions tell how often
    ("Take your alendronate 70 mg by mouth once a week.", [ALENDRONATE], [
        "Take your alendronate 70 mg by mouth.",
        "Take your alendronate 70 mg by mouth once a day.",
    ]),
    # quotations: what stands before a colon says whose words they are
    ("Dr. Ruth Adeyemi's note of 10 Nov 2026 says: “Imported from referral: drinks 30 units a week.”",
     [note("note1", "Imported from referral: drinks 30 units a week.")], []),
    ("A note of 10 Nov 2026 says: “Daughter rang twice.”", [note("note1", "drinks 30 units a week.")], [
        "A note of 10 Nov 2026 says: “drinks 30 units a week.”",
    ]),
    ("A note of 10 Nov 2026 says: “Walks with a frame and lives on the ground floor.”",
     [note("note1", "Walks with a frame and lives on the ground floor.")], []),
]  # fmt: skip
GOOD = [(text, claims) for text, claims, _ in PAIRS if "Daughter" not in text]
BAD = [(text, claims) for _, claims, wrong in PAIRS for text in wrong]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(FIFTH))


@pytest.mark.parametrize(("text", "claims"), GOOD, ids=[text for text, _ in GOOD])
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert [f.words for f in verdict.findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD, ids=[text for text, _ in BAD])
def test_an_error_in_its_words_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable


@pytest.mark.parametrize("direction", ["rising", "falling", "unchanged"])
def test_a_pressure_of_which_one_rose_and_one_fell_moved_in_no_direction(
    chart: Chart, direction: str
) -> None:
    verdict = verify(said("Blood pressure moved.", trend("vit4", "vit3", direction)), chart)
    assert "trend_differs" in {f.rule for f in verdict.findings}


def test_a_result_that_is_awaited_is_worded_as_awaited(chart: Chart) -> None:
    drafted = said("Cortisol of 16 Nov 2026 was surely fine.", CORTISOL)
    assert reword(drafted, chart) == "Registered Cortisol on 16 Nov 2026, without a result."


def test_a_quotation_with_a_full_stop_ends_where_the_notes_sentence_does(chart: Chart) -> None:
    half = note("note1", "Walks with a frame")
    assert not verify(
        said("A note of 10 Nov 2026 says: “Walks with a frame.”", half), chart
    ).outcome.signable
    assert verify(
        said("A note of 10 Nov 2026 says: “Walks with a frame”.", half), chart
    ).outcome.signable


def test_the_absence_of_a_drug_that_the_table_knows_can_be_told(chart: Chart) -> None:
    claim = absent("methyldopa", "medications")
    verdict = verify(said("No methyldopa is on the medication list.", claim), chart)
    assert verdict.outcome.signable
    taken = absent("naproxen", "medications")
    assert not verify(said("No naproxen is on the medication list.", taken), chart).outcome.signable


def test_a_judgement_counts_the_two_that_it_cites_and_asserts_no_effect(chart: Chart) -> None:
    both = infer("platelets and ferritin together", "lab1", "lab6")
    text = "Platelets of 340 10*9/L and ferritin of 12 ug/L: the {} point the same way."
    assert verify(said(text.format("two"), both), chart).outcome.signable
    assert not verify(said(text.format("three"), both), chart).outcome.signable
    cause = "Platelets of 340 10*9/L are an effect of a ferritin of 12 ug/L."
    assert not verify(said(cause, both), chart).outcome.signable
