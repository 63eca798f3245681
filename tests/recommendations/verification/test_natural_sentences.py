"""Sentences as drafters write them, in full, in the clinic's short hand, to the patient: they stand.

Written after the rules, by their author: they show that nothing is lost, and measure nothing.
"""

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
    infer,
    note,
    obs,
    said,
    trend,
    who,
)
from tests.recommendations.verification.claimed import (
    A1C,
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
    K2,
    K3,
    LI,
    ME,
    NA,
    SP,
    W0,
    WA,
    K,
    W,
)
from tests.recommendations.verification.facts import snapshot

SENTENCES: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "The most recent potassium, drawn on 17 Nov 2026, was 5.9 mmol/L.",
        [obs("lab1", "Potassium", "5.9", "mmol/L", "2026-11-17", role="last")],
    ),
    ("Laboratory results from 17 Nov 2026 show a potassium of 5.9 mmol/L.", [K]),
    ("Potassium came in at 5.9 mmol/L on 17 Nov 2026, which exceeds the reference range.", [K]),
    ("On 17 Nov 2026, potassium measured 5.9 mmol/L (reference 3.5-5.1).", [K]),
    (
        "Potassium increased from 4.4 mmol/L (24 Aug 2026) to 5.9 mmol/L (17 Nov 2026).",
        [trend("lab3", "lab1", "rising"), K3, K],
    ),
    (
        "Potassium went from 4.4 mmol/L in August 2026 to 5.9 mmol/L in November 2026.",
        [trend("lab3", "lab1", "rising"), K3, K],
    ),
    (
        "Three potassium results are on file: 4.4, 4.8 and 5.9 mmol/L.",
        [count("potassium results", ("lab1", "lab2", "lab3"), 3)],
    ),
    (
        "Potassium has been rising, from 4.4 to 4.8 to 5.9 mmol/L.",
        [trend("lab3", "lab1", "rising"), K3, K2, K],
    ),
    (
        "Creatinine is up to 1.68 mg/dL on 17 Nov 2026 from 1.48 mg/dL on 24 Aug 2026.",
        [trend("lab5", "lab4", "rising"), CR, CR0],
    ),
    (
        "Creatinine on 17 Nov 2026 was 1.68 mg/dL, compared with 1.48 mg/dL on 24 Aug 2026.",
        [CR, CR0],
    ),
    ("Creatinine 1.68 mg/dL (17 Nov 2026) versus 1.48 mg/dL (24 Aug 2026).", [CR, CR0]),
    (
        "The hemoglobin of 11.2 g/dL on 17 Nov 2026 falls below the reference range of 12.0 to 15.5 g/dL.",
        [HB],
    ),
    ("Hemoglobin was low at 11.2 g/dL on 17 Nov 2026.", [HB]),
    ("Sodium was normal at 138 mmol/L on 17 Nov 2026.", [NA]),
    (
        "A hemoglobin A1c of 7.9 % was recorded on 2 Sep 2026, above the upper limit of 5.6 %.",
        [A1C],
    ),
    (
        "The last A1c was 7.9 % (2 Sep 2026).",
        [obs("lab6", "Hemoglobin A1c", "7.9", "%", role="last")],
    ),
    (
        "BNP dropped from 842 pg/mL on 19 Oct 2026 to 412 pg/mL on 17 Nov 2026 but is still above the reference range.",
        [trend("lab18", "lab19", "falling"), BNP2],
    ),
    (
        "Natriuretic peptide B was 412 pg/mL on 17 Nov 2026, down from 842 pg/mL on 19 Oct 2026.",
        [trend("lab18", "lab19", "falling"), BNP2, BNP],
    ),
    (
        "Urine culture of 3 Nov 2026 showed no growth.",
        [obs("lab8", "Urine culture", when="2026-11-03", value_text="No growth")],
    ),
    ("SARS-CoV-2 RNA was not detected on 19 Oct 2026.", [obs("lab15", "SARS-CoV-2 RNA")]),
    (
        "The TSH of 15 Jun 2026 was 2.10 mIU/L, within the reference range.",
        [obs("lab12", "TSH", "2.10")],
    ),
    (
        "Troponin I was below 0.01 ng/mL on 19 Oct 2026.",
        [obs("lab10", "Troponin I", None, "ng/mL", value_text="<0.01")],
    ),
    (
        "Troponin I was less than 0.01 ng/mL on 19 Oct 2026.",
        [obs("lab10", "Troponin I", None, "ng/mL", value_text="<0.01")],
    ),
    ("eGFR is 31 mL/min/1.73 m2 as of 17 Nov 2026.", [obs("lab7", "eGFR", "31")]),
    ("Blood pressure today is 118/70 mmHg.", [bp("vit1", 118, 70)]),
    (
        "Blood pressure was 118/70 mmHg today, compared to 142/88 mmHg on 24 Aug 2026.",
        [bp("vit1", 118, 70), bp("vit2", 142, 88)],
    ),
    (
        "Vitals on 17 Nov 2026: blood pressure 118/70 mmHg, heart rate 78/min.",
        [bp("vit1", 118, 70), obs("vit3", "Heart rate", "78")],
    ),
    ("Weight today is 84.2 kg; it was 81.0 kg on 27 Oct 2026.", [W, W0]),
    (
        "Oxygen saturation is 94 % and temperature 36.8 \u00b0C on 17 Nov 2026.",
        [obs("vit6", "Oxygen saturation", "94", "%"), obs("vit7", "Body temperature", "36.8")],
    ),
    ("The patient is prescribed spironolactone 25 mg by mouth once daily.", [SP]),
    ("An active order exists for furosemide 40 mg by mouth twice daily, dated 27 Oct 2026.", [FU]),
    ("Current orders include furosemide 40 mg twice daily.", [FU]),
    ("Metformin 1000 mg twice daily with meals is ordered for type 2 diabetes mellitus.", [ME]),
    ("Metformin (1000 mg, twice daily) has been ordered since 11 Mar 2024.", [ME]),
    ("Lisinopril 20 mg daily was discontinued.", [LI]),
    ("Lisinopril 20 mg, ordered on 2 May 2025, is no longer active.", [LI]),
    ("PRN acetaminophen 500 mg every 6 hours is on the list.", [AC]),
    ("Albuterol inhaler: 2 puffs every 4 hours as needed.", [AL]),
    ("Insulin glargine 18 units under the skin at bedtime is active.", [IN]),
    ("Warfarin 5 mg daily is currently on hold.", [WA]),
    ("The warfarin order (5 mg daily, 27 Oct 2026) has been put on hold.", [WA]),
    ("The patient reports taking aspirin 81 mg daily.", [AS]),
    ("Aspirin 81 mg daily is listed as a home medication.", [AS]),
    ("A course of amoxicillin 500 mg three times daily, ordered 10 Feb 2026, was completed.", [AM]),
    (
        "Type 2 diabetes mellitus is on the problem list and active since 2015.",
        [cond("cond1", "Type 2 diabetes mellitus")],
    ),
    (
        "The patient has had type 2 diabetes mellitus since 2015.",
        [cond("cond1", "Type 2 diabetes mellitus")],
    ),
    (
        "History of heart failure with reduced ejection fraction, with onset 14 Jun 2022.",
        [cond("cond2", "Heart failure with reduced ejection fraction")],
    ),
    (
        "Known heart failure with reduced ejection fraction.",
        [cond("cond2", "Heart failure with reduced ejection fraction")],
    ),
    (
        "Chronic kidney disease stage 3b was added to the problem list on 19 Oct 2024.",
        [cond("cond3", "Chronic kidney disease stage 3b")],
    ),
    (
        "A deep vein thrombosis of the left lower extremity from March 2019 has resolved.",
        [cond("cond4", "Deep vein thrombosis of left lower extremity")],
    ),
    (
        "Prior deep vein thrombosis of the left lower extremity, resolved in September 2019.",
        [cond("cond4", "Deep vein thrombosis of left lower extremity")],
    ),
    (
        "Osteoarthritis of the right knee dates back to 2020.",
        [cond("cond5", "Osteoarthritis of right knee")],
    ),
    (
        "Obstructive sleep apnea is listed with provisional status.",
        [cond("cond7", "Obstructive sleep apnea")],
    ),
    (
        "Possible obstructive sleep apnea is on the problem list.",
        [cond("cond7", "Obstructive sleep apnea")],
    ),
    ("Hypertension has been documented since 2009.", [cond("cond9", "Essential hypertension")]),
    (
        "Other active problems include essential hypertension.",
        [cond("cond9", "Essential hypertension")],
    ),
    ("Pneumonia in February 2026, now resolved.", [cond("cond10", "Pneumonia")]),
    (
        "The patient is allergic to penicillin (anaphylaxis, high criticality).",
        [allergy("alg1", "Penicillin")],
    ),
    ("Penicillin allergy with anaphylaxis is documented.", [allergy("alg1", "Penicillin")]),
    ("Codeine causes nausea; criticality is low.", [allergy("alg2", "Codeine")]),
    (
        "Documented allergies: penicillin, codeine and latex.",
        [allergy("alg1", "Penicillin"), allergy("alg2", "Codeine"), allergy("alg3", "Latex")],
    ),
    ("There is a latex allergy with hives.", [allergy("alg3", "Latex")]),
    ("Reaction to codeine: nausea.", [allergy("alg2", "Codeine")]),
    (
        "Her mother had type 2 diabetes mellitus and breast cancer.",
        [family("fam1", "Mother", "Type 2 diabetes mellitus")],
    ),
    (
        "Family history is notable for myocardial infarction in the father.",
        [family("fam2", "Father", "Myocardial infarction")],
    ),
    (
        "The patient's father is recorded with a myocardial infarction.",
        [family("fam2", "Father", "Myocardial infarction")],
    ),
    (
        "In a note dated 17 Nov 2026, J. Ferris, RN wrote: “Denies chest pain.”",
        [note("note1", "Denies chest pain.")],
    ),
    (
        "The progress note from 17 Nov 2026 documents: “No fever or chills.”",
        [note("note1", "No fever or chills.")],
    ),
    (
        "Per the discharge summary of 27 Oct 2026: “Follow up with cardiology within 7 days.”",
        [note("note3", "Follow up with cardiology within 7 days.")],
    ),
    (
        "Patient-reported symptoms in the note of 17 Nov 2026: “Feels more tired this week.”",
        [note("note1", "Feels more tired this week.")],
    ),
    ("Today's visit is an office visit that is in progress.", [event("enc1", "Office visit")]),
    (
        "The patient was hospitalized from 19 Oct 2026 to 27 Oct 2026 for shortness of breath.",
        [event("enc2", "Inpatient stay")],
    ),
    (
        "An inpatient stay on the cardiology service ended on 27 Oct 2026.",
        [event("enc2", "Inpatient stay")],
    ),
    (
        "A cardiology follow-up is scheduled for 24 Nov 2026.",
        [event("apt1", "Cardiology follow-up")],
    ),
    (
        "The next appointment is cardiology follow-up on 24 Nov 2026.",
        [event("apt1", "Cardiology follow-up")],
    ),
    ("Upcoming: cardiology follow-up, 24 Nov 2026.", [event("apt1", "Cardiology follow-up")]),
    ("The cardiology follow-up of 3 Nov 2026 was missed.", [event("apt2", "Cardiology follow-up")]),
    (
        "The patient did not attend cardiology follow-up on 3 Nov 2026.",
        [event("apt2", "Cardiology follow-up")],
    ),
    ("The influenza vaccine was given on 5 Oct 2026.", [event("imm1", "Influenza vaccine")]),
    ("Vaccinated against influenza on 5 Oct 2026.", [event("imm1", "Influenza vaccine")]),
    (
        "The pneumococcal conjugate vaccine was not given on 5 Oct 2026.",
        [event("imm2", "Pneumococcal conjugate vaccine")],
    ),
    (
        "A care plan for heart failure self-care has been in place since 27 Oct 2026.",
        [event("care1", "Heart failure self-care")],
    ),
    (
        "The active care plan, heart failure self-care, lists daily weight and low salt diet.",
        [event("care1", "Heart failure self-care")],
    ),
    ("Colonoscopy was done on 24 Apr 2019.", [event("proc1", "Colonoscopy")]),
    ("The last colonoscopy was on 24 Apr 2019.", [event("proc1", "Colonoscopy")]),
    (
        "Surgical history: total knee replacement, left, 11 May 2021.",
        [event("proc2", "Total knee replacement")],
    ),
    (
        "She underwent a left total knee replacement on 11 May 2021.",
        [event("proc2", "Total knee replacement")],
    ),
    ("This is a 68-year-old woman.", [who(68, "female")]),
    ("Patient: 68 years old, female.", [who(68, "female")]),
    ("The patient is 68 years of age.", [who(68)]),
    ("No asthma is recorded on the problem list.", [absent("asthma", "problems")]),
    ("There is no record of asthma on the problem list.", [absent("asthma", "problems")]),
    ("The problem list does not include asthma.", [absent("asthma", "problems")]),
    ("Asthma does not appear on the problem list.", [absent("asthma", "problems")]),
    ("No statin was found on the medication list.", [absent("statin", "medications")]),
    ("No active statin order was found.", [absent("statin", "medications")]),
    ("The medication list contains no statin.", [absent("statin", "medications")]),
    ("No sulfa allergy is listed.", [absent("sulfa allergy", "allergies")]),
    ("No tetanus vaccine is on record.", [absent("tetanus vaccine", "immunizations")]),
    ("No lipase result was found among the laboratory results.", [absent("lipase", "labs")]),
    (
        "Three allergies are documented in the chart.",
        [count("allergies", ("alg1", "alg2", "alg3"), 3)],
    ),
    ("The chart lists three allergies.", [count("allergies", ("alg1", "alg2", "alg3"), 3)]),
    (
        "There are two cardiology follow-up appointments in the chart.",
        [count("cardiology follow-up appointments", ("apt1", "apt2"), 2)],
    ),
    (
        "The rise in potassium coincides with spironolactone being active.",
        [infer("rise while on it", "lab1", "lab3", "med1")],
    ),
    ("K 5.9 mmol/L (H) 17 Nov 2026, prior 4.8 mmol/L 27 Oct 2026.", [K, K2]),
    ("Cr 1.68 mg/dL on 17 Nov 2026 (H), was 1.48 mg/dL on 24 Aug 2026.", [CR, CR0]),
    ("Hgb 11.2 g/dL (L), 17 Nov 2026.", [HB]),
    ("Na 138 mmol/L, WNL.", [NA]),
    ("Na 138 mmol/L on 17 Nov 2026, within normal limits.", [NA]),
    ("A1c 7.9 % on 2 Sep 2026.", [A1C]),
    ("LDL 96 mg/dL (15 Jun 2026).", [obs("lab13", "LDL", "96")]),
    ("TSH 2.10 mIU/L, normal, 15 Jun 2026.", [obs("lab12", "TSH", "2.10")]),
    ("BP 118/70, HR 78 on 17 Nov 2026.", [bp("vit1", 118, 70), obs("vit3", "HR", "78")]),
    (
        "BP 118/70 on 17 Nov 2026 (142/88 on 24 Aug 2026).",
        [bp("vit1", 118, 70), bp("vit2", 142, 88)],
    ),
    ("SpO2 94 % on 17 Nov 2026.", [obs("vit6", "SpO2", "94")]),
    (
        "Wt 84.2 kg on 17 Nov 2026, up from 81.0 kg on 27 Oct 2026.",
        [W, W0, trend("vit5", "vit4", "rising")],
    ),
    ("Spironolactone 25 mg PO daily, active.", [SP]),
    ("Furosemide 40 mg PO BID.", [FU]),
    ("Metformin 1000 mg PO BID with meals.", [ME]),
    ("Lisinopril 20 mg PO daily: stopped.", [LI]),
    ("Acetaminophen 500 mg q6h PRN.", [AC]),
    ("Albuterol MDI 2 puffs q4h PRN.", [AL]),
    ("Glargine 18 units SC QHS.", [IN]),
    ("Warfarin 5 mg daily (on hold).", [WA]),
    ("T2DM, active, onset 2015.", [cond("cond1", "Type 2 diabetes mellitus")]),
    (
        "HFrEF, active, onset Jun 2022.",
        [cond("cond2", "Heart failure with reduced ejection fraction")],
    ),
    ("CKD stage 3b, active.", [cond("cond3", "Chronic kidney disease stage 3b")]),
    ("HTN since 2009.", [cond("cond9", "Essential hypertension")]),
    ("PE ruled out.", [cond("cond6", "Pulmonary embolism", verification="refuted")]),
    ("OSA, provisional.", [cond("cond7", "Obstructive sleep apnea")]),
    ("PCN allergy: anaphylaxis.", [allergy("alg1", "Penicillin")]),
    (
        "Allergies: penicillin (anaphylaxis), codeine (nausea), latex (hives).",
        [allergy("alg1", "Penicillin"), allergy("alg2", "Codeine"), allergy("alg3", "Latex")],
    ),
    (
        "FH: mother T2DM, father MI.",
        [
            family("fam1", "Mother", "Type 2 diabetes mellitus"),
            family("fam2", "Father", "Myocardial infarction"),
        ],
    ),
    ("Flu vaccine 5 Oct 2026.", [event("imm1", "Influenza vaccine")]),
    ("Next visit: cardiology follow-up, 24 Nov 2026.", [event("apt1", "Cardiology follow-up")]),
    ("No-show: cardiology follow-up, 3 Nov 2026.", [event("apt2", "Cardiology follow-up")]),
    ("The chart also documents an active order for furosemide, 40 mg by mouth twice daily.", [FU]),
    ("Of note, warfarin 5 mg daily is on hold.", [WA]),
    ("Lisinopril 20 mg daily, which was ordered on 2 May 2025, has since been stopped.", [LI]),
    (
        "With regard to allergies, the chart records a reaction of hives to latex.",
        [allergy("alg3", "Latex")],
    ),
    (
        "Potassium, which was 4.8 mmol/L on 27 Oct 2026, rose to 5.9 mmol/L on 17 Nov 2026.",
        [K2, K, trend("lab2", "lab1", "rising")],
    ),
    ("The potassium result of 17 Nov 2026 is 5.9 mmol/L and lies above the reference range.", [K]),
    (
        "Between 24 Aug 2026 and 17 Nov 2026 creatinine rose from 1.48 to 1.68 mg/dL.",
        [trend("lab5", "lab4", "rising"), CR0, CR],
    ),
    (
        "The highest potassium on record is 5.9 mmol/L, from 17 Nov 2026.",
        [obs("lab1", "Potassium", "5.9", role="highest")],
    ),
    (
        "The lowest potassium read is 4.4 mmol/L (24 Aug 2026).",
        [obs("lab3", "Potassium", "4.4", role="lowest")],
    ),
    (
        "Her most recent weight is 84.2 kg, taken on 17 Nov 2026.",
        [obs("vit4", "Body weight", "84.2", role="last")],
    ),
    (
        "Heart rate was 78 beats per minute at the last measurement on 17 Nov 2026.",
        [obs("vit3", "Heart rate", "78", role="last")],
    ),
    ("The temperature was 36.8 \u00b0C.", [obs("vit7", "Body temperature", "36.8")]),
    (
        "Both type 2 diabetes mellitus and essential hypertension are active problems.",
        [cond("cond1", "Type 2 diabetes mellitus"), cond("cond9", "Essential hypertension")],
    ),
    (
        "The patient is being followed for chronic kidney disease stage 3b.",
        [cond("cond3", "Chronic kidney disease stage 3b")],
    ),
    (
        "The problem list carries heart failure with reduced ejection fraction, active since June 2022.",
        [cond("cond2", "Heart failure with reduced ejection fraction")],
    ),
    ("Pneumonia, which began on 10 Feb 2026, is marked resolved.", [cond("cond10", "Pneumonia")]),
    (
        "Right knee osteoarthritis is an active problem.",
        [cond("cond5", "Osteoarthritis of right knee")],
    ),
    (
        "A nursing note from 17 Nov 2026 states: “Feels more tired this week.”",
        [note("note1", "Feels more tired this week.")],
    ),
    (
        "J. Ferris, RN noted on 17 Nov 2026: “Denies chest pain.”",
        [note("note1", "Denies chest pain.")],
    ),
    (
        "The discharge summary by A. Okafor, MD reads: “Her sister had a stroke at 50.”",
        [note("note3", "Her sister had a stroke at 50.")],
    ),
    (
        "The patient was in hospital from 19 Oct 2026 until 27 Oct 2026.",
        [event("enc2", "Inpatient stay")],
    ),
    ("You have a cardiology follow-up on 24 Nov 2026.", [event("apt1", "Cardiology follow-up")]),
    ("Take 40 mg of furosemide by mouth twice a day.", [FU]),
    ("Your potassium was 5.9 mmol/L on 17 Nov 2026, which is higher than the normal range.", [K]),
    ("You are allergic to penicillin.", [allergy("alg1", "Penicillin")]),
    ("She is 68 years old.", [who(68, "female")]),
    ("A 68-year-old female patient.", [who(68, "female")]),
    ("No history of asthma is on the problem list.", [absent("asthma", "problems")]),
    (
        "Neither asthma nor gout is on the problem list.",
        [absent("asthma", "problems"), absent("gout", "problems")],
    ),
    ("The list of medications does not contain a statin.", [absent("statin", "medications")]),
    ("The chart has no lipase result.", [absent("lipase", "labs")]),
    (
        "No nephrology appointment is on the schedule.",
        [absent("nephrology appointment", "appointments")],
    ),
    (
        "Ten problems are on the list.",
        [count("problems", tuple(f"cond{i}" for i in range(1, 11)), 10)],
    ),
    ("Her sodium, at 138 mmol/L, sits within the reference range of 135 to 145 mmol/L.", [NA]),
    (
        "A glucose of 142 mg/dL was also found on 17 Nov 2026.",
        [obs("lab14", "Glucose", "142", "mg/dL", "2026-11-17")],
    ),
    ("The order for albuterol gives 2 puffs inhaled every 4 hours as needed.", [AL]),
    ("Insulin glargine is ordered at 18 units nightly.", [IN]),
    ("Codeine intolerance (nausea), low criticality.", [allergy("alg2", "Codeine")]),
]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(("text", "claims"), SENTENCES)
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    assert [f.words for f in verify(said(text, *claims), chart).findings] == []
