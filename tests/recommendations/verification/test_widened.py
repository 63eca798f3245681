"""Each wording that was let in, and beside it the errors that it could carry: those do not stand."""

from typing import Any

import pytest

from recommendations.clinical.facts import (
    AppointmentFact,
    CarePlanFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    ImmunizationFact,
    ProcedureFact,
)
from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import (
    absent,
    bp,
    claim,
    count,
    event,
    note,
    obs,
    said,
    trend,
)
from tests.recommendations.verification.build import allergy as allergic
from tests.recommendations.verification.build import cond as has
from tests.recommendations.verification.build import med as ordered
from tests.recommendations.verification.facts import (
    allergy,
    cond,
    day,
    lab,
    med,
    pressure,
    snapshot,
    source,
)
from tests.recommendations.verification.facts import event as happening
from tests.recommendations.verification.facts import note as written

NURSE = (
    "Nurse intake\nTired for two months. Takes levothyroxine with coffee.\n"
    "Creatinine 1.1 at the last visit."
)
SUMMARY = "Discharge summary\nFurosemide 40 mg once daily. Lisinopril 5 mg daily. Potassium was 4.1 mmol/L."
FACTS: tuple[Fact, ...] = (
    DemographicsFact(
        handle="dem1", source=source("dem1"), name="Patient", age_text="age unknown", sex="female"
    ),
    lab("lab1", "Potassium", "5.9", "mmol/L", "2026-11-17", code="2823-3", low="3.5", high="5.1"),
    lab("lab2", "Potassium", "4.4", "mmol/L", "2026-08-24", code="2823-3", low="3.5", high="5.1"),
    lab("lab3", "Hemoglobin", "13.0", "g/dL", "2026-11-17", code="718-7", low="12.0", high="15.5"),
    lab("lab4", "Hemoglobin", "9.8", "g/dL", "2026-08-24", code="718-7", low="12.0", high="15.5"),
    lab("lab5", "eGFR (CKD-EPI 2021)", "31", "mL/min/1.73 m2", "2026-11-17", code="98979-8", low="60"),
    lab("lab6", "Albumin/creatinine, urine", "412", "mg/g", "2026-11-17", code="9318-7", high="30"),
    lab("lab7", "Creatinine", "1.4", "mg/dL", "2026-11-17", code="2160-0", low="0.5", high="1.1"),
    lab("lab8", "Glucose [Presence] in Urine by Test strip", None, when="2026-11-17",
        text="Urine glucose test = ++ (finding)"),
    lab("lab9", "Hemoglobin [Presence] in Urine by Test strip", None, when="2026-11-17",
        text="Urine blood test = negative (finding)"),
    lab("lab10", "Troponin T, high sensitivity", "6", "ng/L", "2026-11-17", comparator="<"),
    lab("lab11", "SARS-CoV-2 RNA", None, when="2026-11-17", text="Not detected (qualifier value)"),
    lab("lab12", "Sodium", "140", "mmol/L", "2026-03-01", code="2951-2"),
    lab("lab13", "Sodium", "131", "mmol/L", "2026-06-01", code="2951-2"),
    lab("lab14", "Sodium", "140", "mmol/L", "2026-11-17", code="2951-2"),
    pressure("vit1", "154", "90", "2026-11-17"),
    med("med1", "Metformin 500 mg oral tablet", ("500", "mg"), "2025-11-21", strength="500 mg",
        route="oral", frequency="twice daily"),
    med("med2", "Atorvastatin 40 mg oral tablet", ("40", "mg"), "2025-11-21", strength="40 mg",
        route="oral", frequency="at bedtime"),
    med("med3", "Acetaminophen 500 mg oral tablet", ("1000", "mg"), "2026-01-05", strength="500 mg",
        route="oral", frequency="every 8 hours", as_needed=True),
    med("med4", "Albuterol 90 mcg/actuation inhaler", ("2", "puff"), "2026-01-05",
        strength="90 mcg/actuation", route="inhaled", frequency="every 4 hours", as_needed=True),
    med("med5", "Morphine 20 mg/mL oral concentrate", ("5", "mg"), "2026-01-05", strength="20 mg/mL",
        route="oral", frequency="every 2 hours", as_needed=True),
    med("med6", "Amoxicillin 500 mg oral capsule", ("500", "mg"), "2026-11-17", status="draft",
        strength="500 mg", route="oral", frequency="three times daily"),
    med("med7", "Aspirin 81 mg oral tablet", ("81", "mg"), "2026-01-05", strength="81 mg",
        route="oral", frequency="daily", reported=True),
    med("med8", "Furosemide 40 mg oral tablet", ("40", "mg"), "2026-10-27", strength="40 mg",
        route="oral", frequency="twice daily"),
    med("med9", "Enoxaparin 40 mg/0.4 mL syringe", None, "2026-10-27"),
    med("med10", "Enoxaparin 60 mg/0.6 mL syringe", None, "2026-11-01"),
    cond("cond1", "Vitamin D deficiency", "2020"),
    cond("cond2", "Obstructive sleep apnea", "2021"),
    cond("cond3", "Pneumonia", "2024-02-10", status="resolved"),
    cond("cond4", "Presence of left artificial knee joint", "2026-01-28", laterality="left"),
    cond("cond5", "Low back pain", "2026-11-17").model_copy(update={"category": "encounter-diagnosis"}),
    cond("cond6", "Acute pulmonary embolism (disorder)", "2026-10-20", status="resolved"),
    allergy("alg1", "Latex", "Rash", criticality="low"),
    allergy("alg2", "Bee venom", "Hives", criticality="high"),
    written("note1", "Nurse note", "2026-11-17", "J. Ferris, RN", NURSE),
    written("note2", "Discharge summary", "2026-10-27", "A. Okafor, MD", SUMMARY),
    written("note3", "Progress note", "2026-09-01", "A. Okafor, MD",
            "Mother has type 1 diabetes since age 11. Weighs 84.25 kg.\nKnee pain is worse\non stairs."),
    happening(EncounterFact, "enc1", "Office visit", "in-progress", start=day("2026-11-17"),
              reason="Heart failure follow-up, fatigue"),
    happening(EncounterFact, "enc2", "Same-day visit", "finished", start=day("2026-08-24"),
              reason="Facial pain, fever"),
    happening(EncounterFact, "enc3", "Asthma follow-up", "planned", start=day("2026-12-24")),
    happening(AppointmentFact, "apt1", "Allergy testing", "proposed", start=day("2026-12-06")),
    happening(AppointmentFact, "apt2", "Oncology", "booked", start=day("2026-12-23")),
    happening(ImmunizationFact, "imm1", "Influenza vaccine", "completed", occurred=day("2026-10-05")),
    happening(ProcedureFact, "proc1", "Colonoscopy", "not-done", performed=day("2026-10-05")),
    happening(CarePlanFact, "cp1", "Anticoagulation", "active", start=day("2026-09-16"),
              activities=("INR 2.0 to 3.0 for three months",)),
)  # fmt: skip
K = obs("lab1", "Potassium", "5.9", "mmol/L", "2026-11-17", versus_range="above")
K_BEFORE = obs("lab2", "Potassium", "4.4", "mmol/L", "2026-08-24")
HB = obs("lab3", "Hemoglobin", "13.0", "g/dL", "2026-11-17")
HB_BEFORE = obs("lab4", "Hemoglobin", "9.8", "g/dL", "2026-08-24")
EGFR = obs("lab5", "eGFR (CKD-EPI 2021)", "31", "mL/min/1.73 m2", "2026-11-17")
CREATININE = obs("lab7", "Creatinine", "1.4", "mg/dL", "2026-11-17")
METFORMIN = ordered("med1", "Metformin 500 mg oral tablet", frequency="twice daily")
ATORVASTATIN = ordered("med2", "Atorvastatin 40 mg oral tablet")
ALBUTEROL = ordered("med4", "Albuterol 90 mcg/actuation inhaler")
ACETAMINOPHEN = ordered("med3", "Acetaminophen 500 mg oral tablet")
LATEX, BEES = allergic("alg1", "Latex"), allergic("alg2", "Bee venom")
VISIT = event("enc1", "Office visit", reason="Heart failure follow-up, fatigue")
SAME_DAY = event("enc2", "Same-day visit")
WHO = claim("demographics", ref="dem1", sex="female")

# What stands, and what must not stand on the same claims.
PAIRS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    ("Potassium 5.9 mmol/L on 17 Nov 2026, after 4.4 mmol/L on 24 Aug 2026.", [K, K_BEFORE], [
        "Potassium 4.4 mmol/L on 24 Aug 2026, after 5.9 mmol/L on 17 Nov 2026.",
        "Potassium 5.9 mmol/L on 17 Nov 2026, after surgery.",
        "Potassium 4.4 mmol/L, after 5.9 mmol/L.",
    ]),
    ("Potassium 5.9 mmol/L on 17 Nov 2026, previously 4.4 mmol/L on 24 Aug 2026.", [K, K_BEFORE], [
        "Potassium 4.4 mmol/L on 24 Aug 2026, previously 5.9 mmol/L on 17 Nov 2026.",
        "Previously potassium was 5.9 mmol/L on 17 Nov 2026.",
    ]),
    ("Potassium 4.4 mmol/L on 24 Aug 2026, then 5.9 mmol/L on 17 Nov 2026.", [K, K_BEFORE], [
        "Potassium 5.9 mmol/L, then 4.4 mmol/L.",
    ]),
    ("Potassium 5.9 mmol/L on 17 Nov 2026, against 4.4 mmol/L on 24 Aug 2026.", [K, K_BEFORE], [
        "Potassium 5.9 mmol/L on 24 Aug 2026, against 4.4 mmol/L on 17 Nov 2026.",
        "Potassium 5.9 mmol/L on 17 Nov 2026, against advice.",
    ]),
    ("Potassium 4.4 mmol/L on 24 Aug 2026, lower than 5.9 mmol/L on 17 Nov 2026.", [K, K_BEFORE], [
        "Potassium 5.9 mmol/L on 17 Nov 2026, lower than 4.4 mmol/L on 24 Aug 2026.",
        "Potassium 4.4 mmol/L on 24 Aug 2026, higher than 5.9 mmol/L on 17 Nov 2026.",
        "Potassium lower than 5.9 mmol/L on 17 Nov 2026.",
        "Potassium 4.4 mmol/L on 24 Aug 2026, lower than 5.8 mmol/L on 17 Nov 2026.",
    ]),
    ("Potassium has come up from 4.4 mmol/L on 24 Aug 2026 to 5.9 mmol/L on 17 Nov 2026.",
     [trend("lab2", "lab1", "rising")], [
        "Potassium has come down from 5.9 mmol/L on 17 Nov 2026 to 4.4 mmol/L on 24 Aug 2026.",
        "Potassium has come up from 5.9 mmol/L on 24 Aug 2026 to 4.4 mmol/L on 17 Nov 2026.",
    ]),
    ("Albumin/creatinine, urine 412 mg/g on 17 Nov 2026, above range (up to 30).",
     [obs("lab6", "Albumin/creatinine, urine", "412", "mg/g", "2026-11-17")], [
        "Albumin/creatinine, urine 412 mg/g on 17 Nov 2026, above range (up to 300).",
        "Albumin/creatinine, urine 412 mg/g on 17 Nov 2026, above range (30 or more).",
        "Albumin/creatinine, urine up to 412 mg/g on 17 Nov 2026.",
    ]),
    ("The eGFR by CKD-EPI 2021 was 31 mL/min/1.73 m2 on 17 Nov 2026, below the reference of 60 or more.",
     [EGFR], [
        "The eGFR was 31 mL/min/1.73 m2 on 17 Nov 2026, below the reference of 90 or more.",
        "The eGFR was 31 mL/min/1.73 m2 on 17 Nov 2026, below the reference of 60 or less.",
        "The eGFR was 31 mL/min/1.73 m2 or more on 17 Nov 2026.",
        "The eGFR by MDRD was 31 mL/min/1.73 m2 on 17 Nov 2026.",
    ]),
    ("Potassium was 5.9 mmol/L on 17 Nov 2026, above 3.5\u20135.1 mmol/L.", [K], [
        "Potassium was 5.9 mmol/L on 17 Nov 2026, within 3.5\u20135.1 mmol/L.",
        "Potassium was 5.9 mmol/L on 17 Nov 2026, above 3.5\u20135.5 mmol/L.",
        "Potassium was above 5.1 mmol/L on 17 Nov 2026.",
    ]),
    ("Creatinine 1.4 mg/dL on 17 Nov 2026, against an upper limit of 1.1 mg/dL.", [CREATININE], [
        "Creatinine 1.4 mg/dL on 17 Nov 2026, against a lower limit of 1.1 mg/dL.",
        "Creatinine 1.4 mg/dL on 17 Nov 2026, against an upper limit of 0.5 mg/dL.",
    ]),
    ("Potassium 4.4 mmol/L on 24 Aug 2026, inside the range.", [K_BEFORE], [
        "Potassium 4.4 mmol/L on 24 Aug 2026, above it.",
        "Potassium 4.4 mmol/L on 24 Aug 2026, below its range.",
    ]),
    ("Systolic pressure was 154 and diastolic pressure 90 mmHg on 17 Nov 2026.", [bp("vit1", 154, 90)], [
        "Systolic pressure was 90 and diastolic pressure 154 mmHg on 17 Nov 2026.",
        "Diastolic pressure was 154 mmHg on 17 Nov 2026.",
        "On 17 Nov 2026 blood pressure was 90 systolic and 154 diastolic.",
    ]),
    ("On 17 Nov 2026 blood pressure was 154 systolic and 90 diastolic.", [bp("vit1", 154, 90)], []),
    ("Urine glucose test ++ on 17 Nov 2026.",
     [obs("lab8", "Glucose [Presence] in Urine by Test strip", when="2026-11-17")], [
        "Urine glucose test +++ on 17 Nov 2026.",
        "Urine glucose test negative on 17 Nov 2026.",
        "Glucose ++ on 17 Nov 2026.",
    ]),
    ("Urine blood test was negative on 17 Nov 2026.",
     [obs("lab9", "Hemoglobin [Presence] in Urine by Test strip", when="2026-11-17")], [
        "Urine blood test was positive on 17 Nov 2026.",
        "Urine blood test was not negative on 17 Nov 2026.",
        "Blood test was negative on 17 Nov 2026.",
    ]),
    ("SARS-CoV-2 RNA was not detected on 17 Nov 2026.",
     [obs("lab11", "SARS-CoV-2 RNA", when="2026-11-17")], [
        "SARS-CoV-2 RNA was detected on 17 Nov 2026.",
    ]),
    ("Troponin T, high sensitivity, was <6 ng/L on 17 Nov 2026.",
     [obs("lab10", "Troponin T, high sensitivity", None, "ng/L", "2026-11-17", value_text="<6")], [
        "Troponin T, high sensitivity, was 6 ng/L on 17 Nov 2026.",
        "Troponin T, high sensitivity, was >6 ng/L on 17 Nov 2026.",
        "Troponin T, high sensitivity, was <6 ng/mL on 17 Nov 2026.",
    ]),
    ("Potassium 4.4 mmol/L and hemoglobin 9.8 g/dL, both of 24 Aug 2026.", [K_BEFORE, HB_BEFORE], [
        "Potassium 4.4 mmol/L and hemoglobin 9.8 g/dL, both of 17 Nov 2026.",
        "Potassium 4.4 mmol/L and hemoglobin 9.8 g/dL of 24 Aug 2026 are both within range.",
        "Hemoglobin 9.8 g/dL and potassium 4.4 mmol/L of 24 Aug 2026 are both within range.",
        "Hemoglobin 9.8 g/dL and potassium 4.4 mmol/L are within range.",
    ]),
    ("Potassium 5.9 mmol/L and hemoglobin 13.0 g/dL, both of 17 Nov 2026.", [K, HB], [
        "Potassium 5.9 mmol/L and hemoglobin 13.0 g/dL, both of 17 Nov 2026, are both within range.",
        "Potassium 5.9 mmol/L and hemoglobin 13.0 g/dL, each within range.",
    ]),
    ("Metformin 500 mg twice daily and atorvastatin 40 mg at bedtime, both of 21 Nov 2025, are active.",
     [METFORMIN, ATORVASTATIN], [
        "Metformin 500 mg twice daily and atorvastatin 40 mg at bedtime, both of 21 Nov 2024, are active.",
        "Metformin and atorvastatin are both taken twice daily.",
        "Metformin and atorvastatin are both on hold.",
    ]),
    ("Acetaminophen and albuterol are both active, as needed.", [ACETAMINOPHEN, ALBUTEROL], []),
    ("Metformin and acetaminophen are both active.", [METFORMIN, ACETAMINOPHEN], [
        "Acetaminophen and metformin are both active, as needed.",
        "Metformin and acetaminophen are both active, as needed.",
    ]),
    ("Latex and bee venom are on the allergy list.", [LATEX, BEES], [
        "Allergic to latex and bee venom, each entered with low criticality.",
        "Allergic to latex and bee venom, both of low criticality.",
        "Allergic to latex and bee venom, both with rash.",
    ]),
    ("Vitamin D deficiency and obstructive sleep apnea remain active.",
     [has("cond1", "Vitamin D deficiency"), has("cond2", "Obstructive sleep apnea")], [
        "Vitamin D deficiency and obstructive sleep apnea remain unconfirmed.",
    ]),
    ("An earlier pneumonia, with onset 10 Feb 2024, is resolved.", [has("cond3", "Pneumonia")], [
        "Pneumonia of 10 Feb 2024 remains active.",
        "Pneumonia of 10 Feb 2024 still stands.",
        "Pneumonia of 10 Feb 2024 continues.",
    ]),
    ("A left artificial knee joint has been present since 28 Jan 2026.",
     [has("cond4", "Presence of left artificial knee joint")], [
        "A right artificial knee joint has been present since 28 Jan 2026.",
        "A left artificial hip joint has been present since 28 Jan 2026.",
        "Both knees have an artificial joint since 28 Jan 2026.",
    ]),
    ("Acetaminophen 500 mg tablets, 1,000 mg every 8 hours if needed.", [ACETAMINOPHEN], [
        "Acetaminophen 500 mg every 8 hours if needed.",
        "Acetaminophen 500 mg tablets, 500 mg every 8 hours if needed.",
        "Acetaminophen 1,000 mg tablets every 8 hours if needed.",
    ]),
    ("Albuterol 90 mcg/actuation, 2 puffs inhaled every 4 hours as needed.", [ALBUTEROL], [
        "Albuterol 90 mcg inhaled every 4 hours as needed.",
        "Albuterol 90 mcg/actuation, 4 puffs inhaled every 4 hours as needed.",
        "Albuterol 45 mcg/actuation, 2 puffs inhaled every 4 hours as needed.",
    ]),
    ("Morphine 20 mg/mL oral concentrate, 5 mg every 2 hours as needed, still stands.",
     [ordered("med5", "Morphine 20 mg/mL oral concentrate")], [
        "Morphine 20 mg every 2 hours as needed.",
        "Morphine 20 mg/mL, 20 mg every 2 hours as needed.",
    ]),
    ("A draft order for amoxicillin 500 mg three times daily, written on 17 Nov 2026, is not yet active.",
     [ordered("med6", "Amoxicillin 500 mg oral capsule")], [
        "Amoxicillin 500 mg three times daily, written on 17 Nov 2026, is active.",
        "Amoxicillin 500 mg three times daily was written on 17 Nov 2026 and continues.",
    ]),
    ("Metformin 500 mg oral tablet is active.", [METFORMIN], [
        "Metformin 500 mg oral tablet is not yet active.",
        "Metformin 500 mg a day is active.",
    ]),
    ("Aspirin 81 mg a day is a reported medication, not an order.",
     [ordered("med7", "Aspirin 81 mg oral tablet")], [
        "Aspirin 81 mg a day was written on 5 Jan 2026.",
        "Aspirin 81 mg a day is an order, not reported.",
        "Aspirin 162 mg a day is a reported medication.",
    ]),
    ("Furosemide 40 mg twice daily is active.", [ordered("med8", "Furosemide 40 mg oral tablet")], [
        "Furosemide 40 mg twice daily is a reported medication, not an order.",
    ]),
    ("Today's office visit is for heart failure follow-up and fatigue.", [VISIT], [
        "Today's office visit is for heart failure follow-up and fever.",
        "Today's office visit is for fatigue due to heart failure.",
        "Today's office visit is for heart failure.",
    ]),
    ("She presents for heart failure follow-up.", [VISIT], [
        "She presents for diabetes follow-up.",
        "She presents for follow-up.",
        "She no longer presents for heart failure follow-up.",
        "He presents for heart failure follow-up.",
    ]),
    ("The office visit is for fatigue, the same-day visit was for fever.", [VISIT, SAME_DAY], [
        "The office visit is for fever, the same-day visit was for fatigue.",
    ]),
    ("Female patient, age unknown.", [WHO], [
        "Male patient, age unknown.",
        "Female patient, aged 60 years.",
        "Female patient, 60 years.",
        "Female patient, diagnosis unknown.",
    ]),
    ("Allergy testing is proposed, not booked, for 6 Dec 2026.", [event("apt1", "Allergy testing")], [
        "Allergy testing on 6 Dec 2026.",
        "Allergy testing is booked for 6 Dec 2026.",
        "Allergy testing was missed on 6 Dec 2026.",
    ]),
    ("Oncology is still booked for 23 Dec 2026.", [event("apt2", "Oncology")], [
        "Oncology is proposed, not booked, for 23 Dec 2026.",
        "Oncology took place on 23 Dec 2026.",
    ]),
    ("A same-day visit took place on 24 Aug 2026.", [SAME_DAY], [
        "A same-day visit took place on 24 Aug 2025.",
        "A same-day visit is still open, of 24 Aug 2026.",
    ]),
    ("Asthma follow-up, planned for 24 Dec 2026.", [event("enc3", "Asthma follow-up")], [
        "Asthma follow-up took place on 24 Dec 2026.",
    ]),
    ("Colonoscopy on 5 Oct 2026 was not done.", [event("proc1", "Colonoscopy")], [
        "Colonoscopy took place on 5 Oct 2026.",
    ]),
    ("The open encounter is an office visit begun on 17 Nov 2026.", [VISIT], [
        "The open encounter is an office visit begun on 17 Oct 2026.",
    ]),
    ("The nurse intake of 17 Nov 2026 says: “Tired for two months.”",
     [note("note1", "Tired for two months.")], [
        "The physician intake of 17 Nov 2026 says: “Tired for two months.”",
        "The nurse intake of 17 Oct 2026 says: “Tired for two months.”",
        "The discharge summary of 17 Nov 2026 says: “Tired for two months.”",
    ]),
    ("Two allergies are recorded.", [count("allergy entries", ("alg1", "alg2"), 2)], [
        "Only one allergy entry is recorded.",
        "These are the only allergy entries on the list.",
    ]),
    ("Nothing is on the family history list.", [absent("family history", "family_history")], [
        "Something is on the family history list.",
        "Nothing is on the medication list.",
    ]),
]  # fmt: skip
GOOD = [(text, claims) for text, claims, _ in PAIRS]
BAD = [(text, claims) for _, claims, wrong in PAIRS for text in wrong]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(FACTS))


@pytest.mark.parametrize(("text", "claims"), GOOD)
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert [f.words for f in verdict.findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD)
def test_an_error_in_its_words_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable
