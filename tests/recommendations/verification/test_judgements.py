"""Judgements: what they cite is the chart's, each number of the source that they name for it."""

import pytest

from recommendations.verification import Chart, verify
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import infer, said
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.third import THIRD

NOTE, SUMMARY, PLAN = "note1", "note2", "cp1"
STANDING: list[tuple[str, tuple[str, ...]]] = [
    ("The discharge summary lists furosemide 40 mg once daily, while the active order says 40 mg twice daily.",
     (SUMMARY, "med8")),
    ("The nurse note calls creatinine 1.1 mg/dL, while the result of 17 Nov 2026 is 1.4 mg/dL.", (NOTE, "lab7")),
    ("The potassium of 5.9 mmol/L is above the 4.1 mmol/L in the discharge summary.", (SUMMARY, "lab1")),
    ("The anticoagulation plan has a goal of 2.0 to 3.0, and the potassium is 5.9 mmol/L.", (PLAN, "lab1")),
    ("Potassium above range while the nurse note mentions levothyroxine with coffee.", (NOTE, "lab1")),
    ("Two enoxaparin orders are still active although the pulmonary embolism is resolved.",
     ("med9", "med10", "cond6")),
    ("Creatinine of 1.4 mg/dL and a filtration of 31 mL/min/1.73 m2 fit together.", ("lab7", "lab5")),
    ("Potassium of 5.9 mmol/L while metformin is active.", ("lab1", "med1")),
    ("Potassium of 5.9 mmol/L with metformin and atorvastatin both active.", ("lab1", "med1", "med2")),
    ("The enoxaparin order of 1 Nov 2026 came after the pulmonary embolism.", ("med10", "cond6")),
]  # fmt: skip
WRONG: list[tuple[str, tuple[str, ...]]] = [
    # What note and chart say, exchanged.
    ("The discharge summary lists furosemide 40 mg twice daily, while the active order says 40 mg once daily.",
     (SUMMARY, "med8")),
    ("The nurse note calls creatinine 1.4 mg/dL, while the result of 17 Nov 2026 is 1.1 mg/dL.", (NOTE, "lab7")),
    ("The potassium of 4.1 mmol/L is below the 5.9 mmol/L in the discharge summary.", (SUMMARY, "lab1")),
    ("The potassium of 5.9 mmol/L is below the 4.1 mmol/L in the discharge summary.", (SUMMARY, "lab1")),
    ("The potassium of 5.9 mmol/L is above the 4.2 mmol/L in the discharge summary.", (SUMMARY, "lab1")),
    # What neither says, or the note says of something else.
    ("The nurse note calls creatinine 1.2 mg/dL, while the result of 17 Nov 2026 is 1.4 mg/dL.", (NOTE, "lab7")),
    ("The discharge summary lists furosemide 5 mg daily, while the active order says 40 mg.", (SUMMARY, "med8")),
    ("The anticoagulation plan has a goal of 2.5 to 3.5.", (PLAN,)),
    ("The anticoagulation plan has a goal over 3.0.", (PLAN,)),
    # A drug of a note that the sentence does not name as its source, or that no source has.
    ("Potassium above range with levothyroxine.", (NOTE, "lab1")),
    ("Potassium above range while the nurse note mentions lithium.", (NOTE, "lab1")),
    # Numbers of things, both, statuses.
    ("Three enoxaparin orders are still active.", ("med9", "med10")),
    ("Potassium of 5.9 mmol/L while metformin is stopped.", ("lab1", "med1")),
    ("Potassium of 5.9 mmol/L with metformin, atorvastatin and furosemide both active.",
     ("lab1", "med1", "med2", "med8")),
    ("Two enoxaparin orders are active although the pulmonary embolism is active.", ("med9", "med10", "cond6")),
    # A filtration that is not the chart's.
    ("Creatinine of 1.4 mg/dL and a filtration of 41 mL/min/1.73 m2 fit together.", ("lab7", "lab5")),
    # An order of events that the chart does not give, or gives otherwise.
    ("The pulmonary embolism came after the enoxaparin order of 1 Nov 2026.", ("med10", "cond6")),
    ("A reaction to latex came before the enoxaparin order.", ("med10", "alg1")),
    ("The enoxaparin order followed, after the allergy to latex.", ("med10", "alg1")),
]  # fmt: skip


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(THIRD))


@pytest.mark.parametrize(("text", "refs"), STANDING)
def test_it_is_inferred(chart: Chart, text: str, refs: tuple[str, ...]) -> None:
    verdict = verify(said(text, infer("these together", *refs)), chart)
    assert [f.words for f in verdict.findings] == []
    assert verdict.outcome is Outcome.INFERRED


@pytest.mark.parametrize(("text", "refs"), WRONG)
def test_it_does_not_stand(chart: Chart, text: str, refs: tuple[str, ...]) -> None:
    assert not verify(said(text, infer("these together", *refs)), chart).outcome.signable
