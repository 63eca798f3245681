"""Each wording that was let in, and beside it the errors that it could carry: those do not stand."""

from typing import Any

import pytest

from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import (
    absent,
    bp,
    claim,
    count,
    event,
    family,
    note,
    obs,
    said,
    trend,
)
from tests.recommendations.verification.build import allergy as allergic
from tests.recommendations.verification.build import cond as has
from tests.recommendations.verification.build import med as ordered
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.third import THIRD

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
        "Blood pressure 90 systolic, 154 diastolic on 17 Nov 2026.",
        "Blood pressure, systolic 90, diastolic 154, on 17 Nov 2026.",
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
    ("Potassium 5.9 mmol/L on 17 Nov 2026 exceeds the reference range.", [K], [
        "Potassium 4.4 mmol/L on 24 Aug 2026 exceeds the reference range.",
        "Potassium exceeds 5.8 mmol/L on 17 Nov 2026.",
        "Potassium 5.9 mmol/L on 17 Nov 2026 falls within the reference range.",
        "Potassium falls on 17 Nov 2026.",
    ]),
    ("Potassium is up to 5.9 mmol/L on 17 Nov 2026 from 4.4 mmol/L on 24 Aug 2026.",
     [K, K_BEFORE, trend("lab2", "lab1", "rising")], [
        "Potassium is down to 4.4 mmol/L on 24 Aug 2026 from 5.9 mmol/L on 17 Nov 2026.",
        "Potassium went from 5.9 mmol/L on 17 Nov 2026 to 4.4 mmol/L on 24 Aug 2026.",
        "Potassium of up to 5.9 mmol/L on 17 Nov 2026.",
    ]),
    ("Creatinine 1.5 mg/dL on 18 Nov 2026 is still above the range.",
     [obs("lab15", "Creatinine", "1.5", "mg/dL", "2026-11-18")], [
        "Creatinine 1.5 mg/dL on 18 Nov 2026 is still within range.",
        "Creatinine 1.5 mg/dL on 18 Nov 2026 is still 1.5 mg/dL.",
        "Creatinine 1.5 mg/dL on 18 Nov 2026 still.",
    ]),
    ("Potassium 5.9 mmol/L on 17 Nov 2026 is above the range.", [K], [
        "Potassium 5.9 mmol/L on 17 Nov 2026 is still above the range.",
        "Potassium 5.9 mmol/L on 17 Nov 2026 remains above the range.",
    ]),
    ("Two potassium results are on file: 4.4 and 5.9 mmol/L.",
     [count("potassium results", ("lab1", "lab2"), 2)], [
        "Two potassium results are on file: 4.4 and 5.8 mmol/L.",
        "Two potassium results of 5.9 mmol/L are on file.",
        "Two potassium results above range are on file.",
        "Three potassium results are on file: 4.4, 5.0 and 5.9 mmol/L.",
    ]),
    ("Known vitamin D deficiency.", [has("cond1", "Vitamin D deficiency")], []),
    ("Suspected gout is on the problem list.", [has("cond7", "Gout")], [
        "Known gout.",
        "The patient has had gout since 2019.",
    ]),
    ("The same-day visit ended on 24 Aug 2026.", [SAME_DAY], [
        "The same-day visit ended on 25 Aug 2026.",
    ]),
    ("Potassium was 4.4 mmol/L on 24 Aug 2026, when hemoglobin was 9.8 g/dL.", [K_BEFORE, HB_BEFORE], []),
    ("Potassium 5.9 mmol/L on 17 Nov 2026; metformin was ordered on 21 Nov 2025.", [K, METFORMIN], [
        "Potassium 5.9 mmol/L on 17 Nov 2026, when metformin was written.",
        "Potassium 5.9 mmol/L on 17 Nov 2026 when metformin was ordered.",
    ]),
    ("Pneumonia since 10 Feb 2024, resolved, and gout, suspected, since 2019.",
     [has("cond3", "Pneumonia"), has("cond7", "Gout")], [
        "Pneumonia, resolved, and gout, suspected, both since 2019.",
        "Pneumonia and suspected gout, both since 2024, are resolved.",
    ]),
    ("The office visit is in progress.", [VISIT], ["The office visit has ended."]),
    ("Vaccinated against influenza on 5 Oct 2026.", [event("imm1", "Influenza vaccine")], [
        "Influenza on 5 Oct 2026.",
        "Vaccinated against pneumonia on 5 Oct 2026.",
        "Vaccinated against advice on 5 Oct 2026.",
    ]),
    ("The last colonoscopy on record was on 24 Apr 2019.", [event("proc2", "Colonoscopy")], [
        "The last colonoscopy on record was on 2 Feb 2012.",
        "The first colonoscopy was on 24 Apr 2019.",
        "The last procedure was on 24 Apr 2019.",
    ]),
    ("The problem list does not include asthma.", [absent("asthma", "problems")], [
        "The problem list does include asthma.",
        "The problem list does not include pneumonia.",
        "Asthma does not appear.",
    ]),
    ("Take metformin 500 mg by mouth twice daily.", [METFORMIN], [
        "Take metformin 500 mg by mouth once daily.",
        "You take metformin 500 mg by mouth twice daily.",
    ]),
    ("Amoxicillin 500 mg three times daily is a draft.",
     [ordered("med6", "Amoxicillin 500 mg oral capsule")], [
        "Take amoxicillin 500 mg by mouth three times daily.",
    ]),
    ("Cr 1.4 mg/dL on 17 Nov 2026 (H).", [CREATININE], [
        "Cr 1.4 mg/dL on 17 Nov 2026, WNL.",
        "Cr 1.4 mg/dL on 17 Nov 2026 (L).",
        "Wt 1.4 kg on 17 Nov 2026.",
    ]),
    ("Potassium was 5.9 mmol/L on 17 Nov 2026, higher than normal.", [K], [
        "Potassium was 5.9 mmol/L on 17 Nov 2026, lower than normal.",
        "Potassium was higher than 5.9 mmol/L on 17 Nov 2026.",
    ]),
    ("A nursing note from 17 Nov 2026 states: “Tired for two months.”",
     [note("note1", "Tired for two months.")], [
        "A physician note from 17 Nov 2026 states: “Tired for two months.”",
        "A pharmacist note from 17 Nov 2026 states: “Tired for two months.”",
    ]),
    ("Of note, the chart holds an active order for metformin 500 mg twice daily.", [METFORMIN], [
        "The patient holds metformin 500 mg twice daily.",
        "Metformin 500 mg twice daily was held.",
    ]),
    ("No nephrology appointment is on the schedule.",
     [absent("nephrology appointment", "appointments")], [
        "No oncology appointment is on the schedule.",
        "No nephrology appointment is needed on the schedule.",
    ]),
    ("Two follow-ups are recorded.", [count("follow-ups", ("apt3", "apt4"), 2)], [
        "Three follow-ups are recorded.",
        "Two follow-ups are missed.",
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
    return Chart.of(snapshot(THIRD))


@pytest.mark.parametrize(("text", "claims"), GOOD)
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert [f.words for f in verdict.findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD)
def test_an_error_in_its_words_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Your mother had type 2 diabetes.", True),
        ("You and your mother had type 2 diabetes.", False),
        ("You had type 2 diabetes.", False),
        ("Family history is notable for type 2 diabetes in the mother.", True),
        ("Family history is notable for type 2 diabetes in the father.", False),
    ],
)
def test_what_a_relative_has_is_theirs_whoever_is_spoken_to(text: str, *, stands: bool) -> None:
    mother = family("fam1", "Mother", "Type 2 diabetes mellitus")
    assert verify(said(text, mother), Chart.of(snapshot())).outcome.signable is stands


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("The patient was in hospital from 19 Oct 2026 until 27 Oct 2026.", True),
        ("The patient was in hospital from 19 Oct 2026 until 29 Oct 2026.", False),
        ("The patient was in clinic from 19 Oct 2026 until 27 Oct 2026.", False),
    ],
)
def test_a_stay_may_be_told_without_its_name(text: str, *, stays: bool) -> None:
    stay = event("enc2", "Inpatient stay")
    assert verify(said(text, stay), Chart.of(snapshot())).outcome.signable is stays


def test_an_office_visit_is_no_stay() -> None:
    told = said("The patient was in hospital on 17 Nov 2026.", event("enc1", "Office visit"))
    assert not verify(told, Chart.of(snapshot())).outcome.signable


@pytest.mark.parametrize(
    ("term", "searched", "shown_by"),
    [
        ("oncology appointment", "appointments", "Oncology"),
        ("oncologist appointments", "appointments", "Oncology"),
        ("hematology visit", "appointments", "Oncology"),
        ("cancer center appointment", "appointments", "Oncology"),
        ("cancer appointment", "appointments", "Oncology"),
        ("allergist appointment", "appointments", "Allergy testing"),
        ("cardiology visit", "encounters", "Office visit"),  # for heart failure follow-up
        ("nephrology appointment", "appointments", ""),
        ("neurology visit", "encounters", ""),
    ],
)
def test_a_visit_to_a_service_is_there_by_whatever_name(
    term: str, searched: str, shown_by: str
) -> None:
    read = Chart(snapshot(THIRD).facts, searched={searched: True})
    found = verify(said(f"No {term} is recorded.", absent(term, searched)), read).findings
    told = [f.chart_says for f in found if f.rule == "absence_defeated"]
    assert told == ([shown_by] if shown_by else [])
