"""Sentences made anew from claims."""

from typing import Any

import pytest

from recommendations.clinical.facts import DemographicsFact, EncounterFact, Fact
from recommendations.verification import Chart, reword
from tests.recommendations.verification.build import (
    absent,
    allergy,
    bp,
    claim,
    cond,
    count,
    event,
    family,
    infer,
    med,
    note,
    obs,
    said,
    trend,
    who,
)
from tests.recommendations.verification.facts import allergy as allergen
from tests.recommendations.verification.facts import cond as problem
from tests.recommendations.verification.facts import day, lab, snapshot, source
from tests.recommendations.verification.facts import event as happening
from tests.recommendations.verification.facts import med as order


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(
    ("claims", "worded"),
    [
        ([obs("lab1", "Potassium", "5.9")], "Potassium 5.9 mmol/L on 17 Nov 2026."),
        ([obs("lab10", "Troponin I")], "Troponin I <0.01 ng/mL on 19 Oct 2026."),
        ([obs("lab7", "eGFR", versus_range="below")],
         "eGFR 31 mL/min/1.73 m2 on 17 Nov 2026 (below the reference range)."),
        ([bp("vit1", 118, 70, role="last")], "Last blood pressure 118/70 mmHg on 17 Nov 2026."),
        ([trend("lab5", "lab4", "rising")],
         "Creatinine rose from 1.48 mg/dL on 24 Aug 2026 to 1.68 mg/dL on 17 Nov 2026."),
        ([count("allergies", ("alg1", "alg2", "alg3"), 3)], "3 allergies recorded."),
        ([med("med5", "Acetaminophen", dose="500 mg")],
         "Acetaminophen, 500 mg every 6 hours as needed, active."),
        ([med("med4", "Lisinopril")], "Lisinopril, stopped."),
        ([cond("cond4", "Deep vein thrombosis of left lower extremity")],
         "Deep vein thrombosis of left lower extremity, resolved."),
        ([cond("cond7", "Obstructive sleep apnea")], "Obstructive sleep apnea, active, provisional."),
        ([allergy("alg1", "Penicillin", reaction="Anaphylaxis")], "Allergy: Penicillin (Anaphylaxis)."),
        ([family("fam1", "Mother", "Breast cancer")], "Mother: Breast cancer."),
        ([event("apt2", "Cardiology follow-up")], "Cardiology follow-up on 3 Nov 2026, missed."),
        ([event("enc2", "Inpatient stay", reason="Shortness of breath")],
         "Inpatient stay on 19 Oct 2026 for Shortness of breath, finished."),
        ([who(68, "female")], "68-year-old female."),
        ([note("note1", "Denies chest pain.")],
         "Progress note of 17 Nov 2026 by J. Ferris, RN says: \u201cDenies chest pain.\u201d"),
        ([absent("asthma", "problems")], "No asthma found on the problem list."),
    ],
)  # fmt: skip
def test_a_sentence_is_made_of_its_claims(
    chart: Chart, claims: list[dict[str, Any]], worded: str
) -> None:
    assert reword(said("Something that it should not say.", *claims), chart) == worded


def test_a_claim_that_fails_is_not_worded(chart: Chart) -> None:
    assert reword(said("Potassium.", obs("lab1", "Potassium", "5.8")), chart) is None


def test_a_judgement_is_not_worded(chart: Chart) -> None:
    judged = said("Start amlodipine.", infer("High", "lab1"), obs("lab1", "Potassium", "5.9"))
    assert reword(judged, chart) is None


REWORDED: list[tuple[list[dict[str, Any]], str]] = [
    ([count("encounters", ("enc1",), 1)], "1 encounter recorded."),
    ([count("allergy", ("alg1", "alg2", "alg3"), 3)], "3 allergies recorded."),
    ([count("problems on the list", ("cond1",), 1)], "1 problem on the list recorded."),
    ([med("med1", "Albuterol 90 mcg/actuation inhaler", dose="2 puff", frequency="every 4 hours")],
     "Albuterol 90 mcg/actuation inhaler, 2 puffs every 4 hours as needed, active."),
    ([med("med3", "Lithium carbonate 300 MG Oral Capsule", frequency="twice daily")],
     "Lithium carbonate 300 MG Oral Capsule, 600 mg twice daily, active."),
    ([med("med2", "Aspirin", dose="81 mg")], "Aspirin, 81 mg, active, reported."),
    ([obs("lab1", "INR", "4.1")], "INR 4.1 on 16 Mar 2027."),
    ([trend("lab3", "lab2", "falling"), obs("lab2", "BNP", "3120", versus_range="above")],
     "BNP fell from 9850 pg/mL on 18 Feb 2027 to 3120 pg/mL on 23 Feb 2027 (above the reference range)."),
    ([claim("demographics", ref="dem1", sex="female")], "Sex: female, age unknown."),
]  # fmt: skip
LITTLE: tuple[Fact, ...] = (
    DemographicsFact(
        handle="dem1", source=source("dem1"), name="Patient", age_text="age unknown", sex="female"
    ),
    lab("lab1", "INR", "4.1", "INR", "2027-03-16", code="6301-6"),
    lab("lab2", "BNP", "3120", "pg/mL", "2027-02-23", high="100"),
    lab("lab3", "BNP", "9850", "pg/mL", "2027-02-18", high="100"),
    order("med1", "Albuterol 90 mcg/actuation inhaler", ("2", "puff"), "2026-01-05",
          strength="90 mcg/actuation", frequency="every 4 hours", as_needed=True),
    order("med2", "Aspirin 81 mg oral tablet", ("81", "mg"), "2026-01-05", reported=True),
    order("med3", "Lithium carbonate 300 MG Oral Capsule", ("600", "mg"), "2026-01-05",
          strength="300 MG", frequency="twice daily"),
    problem("cond1", "Pancreatic cancer", "2026-10-17"),
    problem("cond2", "Low back pain", "2026-02-25").model_copy(
        update={"category": "encounter-diagnosis"}
    ),
    happening(EncounterFact, "enc1", "Office visit", "finished", start=day("2027-03-16")),
    *(allergen(f"alg{i}", name) for i, name in enumerate(("Latex", "Codeine", "Mould"), 1)),
)  # fmt: skip


@pytest.mark.parametrize(("claims", "worded"), REWORDED)
def test_nothing_of_what_the_claims_carry_is_lost_and_it_reads_as_people_write(
    claims: list[dict[str, Any]], worded: str
) -> None:
    chart = Chart.of(snapshot(LITTLE))
    assert reword(said("Quite some other words.", *claims), chart) == worded
