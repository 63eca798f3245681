"""Sentences made anew from claims."""

from typing import Any

import pytest

from recommendations.verification import Chart, reword
from tests.recommendations.verification.build import (
    absent,
    allergy,
    bp,
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
from tests.recommendations.verification.facts import snapshot


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
