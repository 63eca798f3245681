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
    med,
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
from tests.recommendations.verification.facts import SECOND, snapshot
from tests.recommendations.verification.third import THIRD

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


OTHERS: list[tuple[str, str, list[dict[str, Any]]]] = [
    (
        "third",
        "The office visit is for facial pain and the same-day visit for fatigue.",
        [event("enc1", "Office visit"), event("enc2", "Same-day visit")],
    ),
    (
        "third",
        "Enoxaparin 60 mg/0.6 mL syringe of 27 Oct 2026 is active.",
        [
            med("med9", "Enoxaparin 40 mg/0.4 mL syringe"),
            med("med10", "Enoxaparin 60 mg/0.6 mL syringe"),
        ],
    ),
    (
        "third",
        "Two enoxaparin orders, both of 27 Oct 2026, are active.",
        [
            med("med9", "Enoxaparin 40 mg/0.4 mL syringe"),
            med("med10", "Enoxaparin 60 mg/0.6 mL syringe"),
        ],
    ),
    (
        "third",
        "Morphine 20 mg oral concentrate every 2 hours as needed.",
        [med("med5", "Morphine 20 mg/mL oral concentrate")],
    ),
    (
        "third",
        "Morphine concentrate 5 mL every 2 hours as needed.",
        [med("med5", "Morphine 20 mg/mL oral concentrate")],
    ),
    (
        "third",
        "Albuterol, 90 puffs inhaled every 4 hours as needed.",
        [med("med4", "Albuterol 90 mcg/actuation inhaler")],
    ),
    (
        "third",
        "Albuterol 90 mcg/actuation is taken every 4 hours as needed.",
        [med("med4", "Albuterol 90 mcg/actuation inhaler")],
    ),
    (
        "third",
        "Amoxicillin 500 mg three times daily was ordered on 17 Nov 2026.",
        [med("med6", "Amoxicillin 500 mg oral capsule")],
    ),
    (
        "third",
        "Aspirin 81 mg daily, written 5 Jan 2026.",
        [med("med7", "Aspirin 81 mg oral tablet")],
    ),
    (
        "third",
        "Sodium has been steady at 140 mmol/L from 1 Mar 2026 to 17 Nov 2026.",
        [obs("lab12", "Sodium", "140"), obs("lab14", "Sodium", "140")],
    ),
    (
        "third",
        "Sodium was 140 mmol/L on 1 Mar 2026 and unchanged on 17 Nov 2026.",
        [obs("lab12", "Sodium", "140"), obs("lab14", "Sodium", "140")],
    ),
    (
        "third",
        "Sodium was the same on 1 Mar 2026 and 17 Nov 2026: 140 mmol/L.",
        [obs("lab12", "Sodium", "140"), obs("lab14", "Sodium", "140")],
    ),
    (
        "third",
        "Sodium was always 140 mmol/L.",
        [obs("lab12", "Sodium", "140"), obs("lab14", "Sodium", "140")],
    ),
    (
        "third",
        "Sodium fell from 140 mmol/L on 1 Mar 2026 to 131 mmol/L, then back to 140 mmol/L on 1 Jun 2026.",
        [
            obs("lab12", "Sodium", "140"),
            obs("lab13", "Sodium", "131"),
            obs("lab14", "Sodium", "140"),
        ],
    ),
    (
        "third",
        "Urine glucose test ++ and urine blood test ++ on 17 Nov 2026.",
        [
            obs("lab8", "Glucose [Presence] in Urine by Test strip"),
            obs("lab9", "Hemoglobin [Presence] in Urine by Test strip"),
        ],
    ),
    (
        "third",
        "Urine glucose test was negative and urine blood test ++ on 17 Nov 2026.",
        [
            obs("lab8", "Glucose [Presence] in Urine by Test strip"),
            obs("lab9", "Hemoglobin [Presence] in Urine by Test strip"),
        ],
    ),
    (
        "third",
        "Urine blood test negative, urine glucose test negative on 17 Nov 2026.",
        [
            obs("lab8", "Glucose [Presence] in Urine by Test strip"),
            obs("lab9", "Hemoglobin [Presence] in Urine by Test strip"),
        ],
    ),
    (
        "third",
        "SARS-CoV-2 RNA was not detected, and influenza was not detected on 17 Nov 2026.",
        [obs("lab11", "SARS-CoV-2 RNA")],
    ),
    (
        "third",
        "Troponin T, high sensitivity, was <6 ng/L on 17 Nov 2026, below range.",
        [obs("lab10", "Troponin T, high sensitivity")],
    ),
    (
        "third",
        "Albumin/creatinine, urine 412 mg/g on 17 Nov 2026, above range (at least 30).",
        [obs("lab6", "Albumin/creatinine, urine", "412")],
    ),
    (
        "third",
        "eGFR was 31 mL/min/1.73 m2 on 17 Nov 2026, below the reference (up to 60).",
        [obs("lab5", "eGFR", "31")],
    ),
    (
        "third",
        "Creatinine 1.4 mg/dL on 17 Nov 2026, reference range 0.5 or more.",
        [obs("lab7", "Creatinine", "1.4")],
    ),
    (
        "third",
        "Allergy testing is booked for 6 Dec 2026, oncology is proposed for 23 Dec 2026.",
        [event("apt1", "Allergy testing"), event("apt2", "Oncology")],
    ),
    (
        "third",
        "Allergy testing and oncology are both booked.",
        [event("apt1", "Allergy testing"), event("apt2", "Oncology")],
    ),
    ("third", "Allergy testing is due on 6 Dec 2026.", [event("apt1", "Allergy testing")]),
    (
        "third",
        "An anticoagulation plan with INR 2.0 to 3.0 for six months is active.",
        [event("cp1", "Anticoagulation")],
    ),
    (
        "third",
        "Colonoscopy was not done on 24 Apr 2019.",
        [event("proc1", "Colonoscopy"), event("proc2", "Colonoscopy")],
    ),
    (
        "third",
        "Colonoscopy took place on 5 Oct 2026 and was not done on 24 Apr 2019.",
        [event("proc1", "Colonoscopy"), event("proc2", "Colonoscopy")],
    ),
    (
        "third",
        "Latex and bee venom: hives and rash.",
        [allergy("alg1", "Latex"), allergy("alg2", "Bee venom")],
    ),
    (
        "third",
        "Latex (hives) and bee venom (rash).",
        [allergy("alg1", "Latex"), allergy("alg2", "Bee venom")],
    ),
    ("third", "Low back pain is on the problem list.", [cond("cond5", "Low back pain")]),
    (
        "third",
        "Pulmonary embolism, resolved, is on the list.",
        [cond("cond6", "Pulmonary embolism")],
    ),
    (
        "third",
        "The nurse intake of 17 Nov 2026 by A. Okafor, MD says: “Tired for two months.”",
        [note("note1", "Tired for two months.")],
    ),
    (
        "third",
        "The nurse intake and discharge summary say: “Tired for two months.”",
        [note("note1", "Tired for two months.")],
    ),
    ("third", "The patient has had latex since 2024.", [allergy("alg1", "Latex")]),
    ("third", "Female, 60 years.", [{"kind": "demographics", "ref": "dem1", "sex": "female"}]),
    (
        "third",
        "Metformin 500 mg twice daily and atorvastatin 40 mg twice daily are active.",
        [med("med1", "Metformin"), med("med2", "Atorvastatin")],
    ),
    (
        "third",
        "Metformin at bedtime and atorvastatin twice daily are both active.",
        [med("med1", "Metformin"), med("med2", "Atorvastatin")],
    ),
    (
        "third",
        "Potassium 5.9 mmol/L and hemoglobin 13.0 g/dL were both above range on 17 Nov 2026.",
        [K, obs("lab3", "Hemoglobin", "13.0")],
    ),
    (
        "third",
        "Potassium rose from 4.4 mmol/L (above range) on 24 Aug 2026 to 5.9 mmol/L (within range) on 17 Nov 2026.",
        [obs("lab2", "Potassium", "4.4"), K],
    ),
    ("second", "Fish oil was written on 2 Jul 2026.", [med("med8", "Fish oil")]),
    ("second", "TSH 6.8 mIU/L on 10 Nov 2026.", [obs("lab13", "TSH", "6.8")]),
    ("second", "Known mass of lung.", [cond("cond4", "Mass of lung")]),
    (
        "second",
        "Creatinine unchanged at 0.9 mg/dL between 2 Jul 2026 and 10 Nov 2026, below range.",
        [obs("lab11", "Creatinine"), obs("lab12", "Creatinine")],
    ),
    (
        "second",
        "Lithium carbonate 300 mg capsules twice daily.",
        [med("med1", "Lithium carbonate")],
    ),
    (
        "second",
        "Lithium carbonate 300 MG Oral Capsule, twice daily.",
        [med("med1", "Lithium carbonate")],
    ),
    ("second", "Lithium 300 mg twice daily.", [med("med1", "Lithium carbonate")]),
    ("second", "Levothyroxine 75 mcg tablets before dinner.", [med("med4", "Levothyroxine")]),
    ("second", "Levothyroxine 0.75 mg tablet daily.", [med("med4", "Levothyroxine")]),
]
READ = {"second": SECOND, "third": THIRD}


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(("text", "claims"), TRAPS)
def test_it_does_not_stand(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable


@pytest.mark.parametrize(("whose", "text", "claims"), OTHERS)
def test_nor_does_one_of_another_patient(
    whose: str, text: str, claims: list[dict[str, Any]]
) -> None:
    read = Chart.of(snapshot(READ[whose]))
    assert not verify(said(text, *claims), read).outcome.signable
