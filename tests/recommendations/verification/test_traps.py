"""Errors that a tired reader would miss, in plain words: none of them stands as it is."""

from typing import Any

import pytest

from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import (
    absent,
    allergy,
    bp,
    cond,
    count,
    event,
    family,
    note,
    obs,
    said,
)
from tests.recommendations.verification.claimed import (
    AC,
    AL,
    AM,
    AS,
    BNP,
    BNP2,
    CR,
    CR0,
    FU,
    HB,
    IN,
    LI,
    ME,
    NA,
    SP,
    WA,
    K,
)
from tests.recommendations.verification.facts import snapshot

TRAPS: list[tuple[str, list[dict[str, Any]]]] = [
    ("Potassium 5.9 mmol/L on 17 Nov 2026 when furosemide was stopped.", [K, FU]),
    ("Spironolactone 25 mg daily, furosemide twice daily: both 40 mg.", [SP, FU]),
    ("Spironolactone and furosemide are both twice daily.", [SP, FU]),
    ("Spironolactone 25 mg and furosemide 40 mg are both daily.", [SP, FU]),
    (
        "Penicillin and codeine are both of high criticality.",
        [allergy("alg1", "Penicillin"), allergy("alg2", "Codeine")],
    ),
    (
        "Penicillin and codeine, each with nausea.",
        [allergy("alg1", "Penicillin"), allergy("alg2", "Codeine")],
    ),
    (
        "Penicillin, codeine and latex all cause hives.",
        [allergy("alg1", "Penicillin"), allergy("alg2", "Codeine"), allergy("alg3", "Latex")],
    ),
    (
        "Type 2 diabetes mellitus and pneumonia are active.",
        [cond("cond1", "Type 2 diabetes mellitus"), cond("cond10", "Pneumonia")],
    ),
    (
        "Pneumonia and type 2 diabetes mellitus are active.",
        [cond("cond1", "Type 2 diabetes mellitus"), cond("cond10", "Pneumonia")],
    ),
    (
        "Pneumonia and deep vein thrombosis of the left lower extremity, both since 2019, are resolved.",
        [
            cond("cond4", "Deep vein thrombosis of left lower extremity"),
            cond("cond10", "Pneumonia"),
        ],
    ),
    ("Known obstructive sleep apnea.", [cond("cond7", "Obstructive sleep apnea")]),
    (
        "The patient has had pulmonary embolism.",
        [cond("cond6", "Pulmonary embolism", verification="refuted")],
    ),
    (
        "Deep vein thrombosis of left lower extremity still stands.",
        [cond("cond4", "Deep vein thrombosis of left lower extremity")],
    ),
    ("Osteoarthritis of both knees.", [cond("cond5", "Osteoarthritis of right knee")]),
    (
        "Both left and right total knee replacement took place.",
        [event("proc2", "Total knee replacement")],
    ),
    ("Cardiology follow-up on 3 Nov 2026 took place.", [event("apt2", "Cardiology follow-up")]),
    ("Cardiology follow-up on 24 Nov 2026 took place.", [event("apt1", "Cardiology follow-up")]),
    ("She presents with cardiology.", [event("enc2", "Inpatient stay")]),
    ("The last cardiology follow-up was on 3 Nov 2026.", [event("apt2", "Cardiology follow-up")]),
    (
        "The only problem on the list is type 2 diabetes mellitus.",
        [cond("cond1", "Type 2 diabetes mellitus")],
    ),
    ("Only type 2 diabetes mellitus is active.", [cond("cond1", "Type 2 diabetes mellitus")]),
    ("Penicillin is the only allergy.", [allergy("alg1", "Penicillin")]),
    ("Hemoglobin was 11.2 g/dL on 17 Nov 2026 after transfusion.", [HB]),
    (
        "Creatinine 1.48 mg/dL on 24 Aug 2026, then 1.68 mg/dL on 17 Nov 2026, thus improving.",
        [CR, CR0],
    ),
    ("BNP is still above 800.", [BNP2]),
    ("BNP remains 412 pg/mL on 17 Nov 2026.", [BNP2]),
    ("Potassium is still 5.9 mmol/L.", [K]),
    ("Potassium still rising at 5.9 mmol/L on 17 Nov 2026.", [K]),
    (
        "Natriuretic peptide B 412 pg/mL on 17 Nov 2026, lower than the 842 pg/mL on 19 Oct 2026 by half.",
        [BNP, BNP2],
    ),
    ("Creatinine 1.48 mg/dL on 24 Aug 2026, higher than 1.68 mg/dL on 17 Nov 2026.", [CR, CR0]),
    ("Blood pressure 70 systolic, 118 diastolic on 17 Nov 2026.", [bp("vit1", 118, 70)]),
    (
        "Blood pressure 118/70 mmHg on 17 Nov 2026, previously 118/70 mmHg on 24 Aug 2026.",
        [bp("vit1", 118, 70), bp("vit2", 142, 88)],
    ),
    (
        "Blood pressure 142/88 mmHg on 24 Aug 2026, after 118/70 mmHg on 17 Nov 2026.",
        [bp("vit1", 118, 70), bp("vit2", 142, 88)],
    ),
    ("Warfarin 5 mg daily continues.", [WA]),
    ("Take warfarin 5 mg daily.", [WA]),
    ("Take acetaminophen 500 mg every 6 hours.", [AC]),
    ("Take lisinopril 20 mg daily.", [LI]),
    ("Amoxicillin 500 mg three times daily remains.", [AM]),
    ("Amoxicillin 500 mg three times a day stands as ordered.", [AM]),
    ("Metformin 1000 mg a day.", [ME]),
    ("Insulin glargine 100 UNT/ML at bedtime, 100 units.", [IN]),
    ("Glargine 18 units each morning.", [IN]),
    ("Albuterol 0.09 MG/ACTUAT, 2 mg inhaled every 4 hours as needed.", [AL]),
    ("Aspirin 81 mg daily is ordered, not reported.", [AS]),
    (
        "The nurse note of 17 Nov 2026 by A. Okafor, MD says: “Denies chest pain.”",
        [note("note1", "Denies chest pain.")],
    ),
    (
        "A physician note of 17 Nov 2026 says: “Denies chest pain.”",
        [note("note1", "Denies chest pain.")],
    ),
    (
        "Pulmonary embolism: the discharge summary says “Chest radiograph showed no pneumonia.”",
        [note("note3", "Chest radiograph showed no pneumonia.")],
    ),
    (
        "Mother and father had type 2 diabetes mellitus.",
        [
            family("fam1", "Mother", "Type 2 diabetes mellitus"),
            family("fam2", "Father", "Myocardial infarction"),
        ],
    ),
    (
        "Both mother and father had myocardial infarction.",
        [
            family("fam1", "Mother", "Type 2 diabetes mellitus"),
            family("fam2", "Father", "Myocardial infarction"),
        ],
    ),
    (
        "Your father and you had a myocardial infarction.",
        [family("fam2", "Father", "Myocardial infarction")],
    ),
    (
        "No cardiology appointment is on the schedule.",
        [absent("cardiology appointment", "appointments")],
    ),
    (
        "No heart clinic appointment is listed.",
        [absent("heart clinic appointment", "appointments")],
    ),
    ("No knee problem is on the problem list.", [absent("knee problem", "problems")]),
    ("No bronchitis is on the problem list.", [absent("bronchitis", "problems")]),
    ("No blood thinner is on the medication list.", [absent("blood thinner", "medications")]),
    ("No diuretic is on the medication list.", [absent("diuretic", "medications")]),
    ("No water pill is on the medication list.", [absent("water pill", "medications")]),
    ("No NSAID is on the medication list.", [absent("NSAID", "medications")]),
    ("No opioid allergy is listed.", [absent("opioid allergy", "allergies")]),
    ("No renal disease is on the problem list.", [absent("renal disease", "problems")]),
    ("No clot is on the problem list.", [absent("blood clot", "problems")]),
    (
        "Three potassium results are on file, all above range.",
        [count("potassium results", ("lab1", "lab2", "lab3"), 3)],
    ),
    (
        "Three potassium results are on file: 4.4, 4.8 and 5.9 mmol/L, all of 17 Nov 2026.",
        [count("potassium results", ("lab1", "lab2", "lab3"), 3)],
    ),
    (
        "Two cardiology follow-up appointments are booked.",
        [count("cardiology follow-up appointments", ("apt1", "apt2"), 2)],
    ),
    (
        "eGFR 31 mL/min/1.73 m2 on 17 Nov 2026, below the reference of 90.",
        [obs("lab7", "eGFR", "31")],
    ),
    ("Creatinine 1.68 mg/dL on 17 Nov 2026 is above 1.1 and within 0.5-1.1 mg/dL.", [CR]),
    ("Sodium 138 mmol/L on 17 Nov 2026, under 135-145 mmol/L.", [NA]),
    ("Hemoglobin 11.2 g/dL on 17 Nov 2026 (reference up to 15.5).", [HB]),
]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(("text", "claims"), TRAPS)
def test_it_does_not_stand(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable
