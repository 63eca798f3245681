"""For each rule statements that break it, over the charts of ``facts``: (chart, text, claims)."""

from tests.recommendations.verification.build import (
    absent,
    allergy,
    bp,
    cond,
    count,
    dosage,
    event,
    family,
    infer,
    med,
    note,
    obs,
    trend,
    who,
)

K = obs("lab1", "Potassium", "5.9", "mmol/L", "2026-11-17")
FURO = med("med2", "Furosemide", dose="40 mg", frequency="twice daily")
PCN = allergy("alg1", "Penicillin", reaction="Anaphylaxis", criticality="high")
T2DM = cond("cond1", "Type 2 diabetes mellitus", status="active", onset="2015")

BROKEN = {
    "not_read": [("Potassium 5.9 mmol/L.", [obs("lab98", "Potassium", "5.9")])],
    "wrong_kind": [
        ("Potassium 5.9 mmol/L.", [obs("med1", "Potassium", "5.9")]),
        ("Blood pressure 118/70.", [bp("lab1", 118, 70)]),
        ("Potassium rose.", [trend("med1", "lab1", "rising")]),
    ],
    "entered_in_error": [("Potassium 6.4 mmol/L.", [obs("lab16", "Potassium", "6.4", "mmol/L")])],
    "name_differs": [
        ("Sodium 5.9 mmol/L.", [obs("lab1", "Sodium", "5.9", "mmol/L")]),
        ("Torsemide is active.", [med("med2", "Torsemide", status="active")]),
        ("Asthma is active.", [cond("cond1", "Asthma", status="active")]),
        ("Allergy: amoxicillin.", [allergy("alg2", "Amoxicillin")]),
        ("Mother: asthma.", [family("fam1", "Mother", "Asthma")]),
    ],
    "value_differs": [
        ("Potassium 5.9 mmol/L.", [obs("lab1", "Potassium", "5.8", "mmol/L")]),
        ("Potassium 6.0 mmol/L.", [K]),
        ("Blood pressure 119/70.", [bp("vit1", 119, 70)]),
        ("Blood pressure 119/70.", [bp("vit1", 118, 70)]),
        ("Urine culture: growth.", [obs("lab8", "Urine culture", value_text="Growth")]),
    ],
    "unit_differs": [("Potassium 5.9 mg/dL.", [obs("lab1", "Potassium", "5.9", "mg/dL")])],
    "comparator_differs": [("Platelets over 403.", [obs("lab17", "Platelets", "403")])],
    "date_differs": [
        ("Potassium 5.9 mmol/L.", [obs("lab1", "Potassium", "5.9", "mmol/L", "2026-11-16")]),
        ("Potassium 5.9 mmol/L on 16 Nov 2026.", [K]),
        ("Type 2 diabetes mellitus, since 3 May 2015.", [T2DM]),
        ("Type 2 diabetes mellitus, since 2014.", [cond("cond1", "Type 2 diabetes mellitus", onset="2014")]),
        ("Furosemide, ordered 1 Jan 2026.", [med("med2", "Furosemide", ordered="2026-01-01")]),
        ("Colonoscopy in 2018.", [event("proc1", "Colonoscopy", when="2018")]),
    ],
    "role_differs": [
        ("The last potassium was 4.8 mmol/L.", [obs("lab2", "Potassium", "4.8", role="last")]),
        ("The first blood pressure was 118/70.", [bp("vit1", 118, 70, role="first")]),
        ("The highest blood pressure was 118/70.", [bp("vit1", 118, 70, role="highest")]),
        ("The lowest potassium was 4.8 mmol/L.", [obs("lab2", "Potassium", "4.8")]),
    ],
    "stale_value": [
        ("Potassium is 4.8 mmol/L.", [obs("lab2", "Potassium", "4.8", "mmol/L")]),
        ("Blood pressure 142/88 mmHg.", [bp("vit2", 142, 88)]),
    ],
    "instruction_differs": [
        ("Keep taking lisinopril.", [med("med4", "Lisinopril")]),
        ("Do not take furosemide.", [med("med2", "Furosemide")]),
        ("Take your aspirin.", [med("med9", "Aspirin")]),
    ],
    "promise_made": [
        ("We will look at potassium 5.9 mmol/L.", [K]),
        ("Your potassium is fine.", [K]),
    ],
    "range_differs": [
        ("Potassium 5.9 mmol/L.", [{**K, "versus_range": "within"}]),
        ("Potassium 5.9 mmol/L is low.", [K]),
        ("LDL cholesterol 96 mg/dL.", [obs("lab13", "LDL Cholesterol", "96", versus_range="within")]),
    ],
    "trend_differs": [
        ("Potassium fell.", [trend("lab2", "lab1", "falling")]),
        ("Potassium rose.", [trend("lab1", "lab2", "rising")]),
        ("Potassium rose.", [trend("lab11", "lab1", "rising")]),
        ("Potassium is falling.", [trend("lab2", "lab1", "rising")]),
    ],
    "count_differs": [
        ("2 allergies are recorded.", [count("allergies", ("alg1", "alg2"), 2)]),
        ("3 allergies are recorded.", [count("allergies", ("alg1", "alg2"), 3)]),
        ("2 things are recorded.", [count("allergies", ("alg1", "med1"), 2)]),
    ],
    "list_incomplete": [
        ("Her allergies are penicillin and codeine.", [PCN, allergy("alg2", "Codeine")]),
        ("Allergies: penicillin.", [PCN]),
    ],
    "count_unscoped": [("2 statins are recorded.", [count("statins", ("med1", "med2"), 2)])],
    "dosage_differs": [
        (
            "Furosemide, active: the order says \u201cTake 80 mg\u201d.",
            [dosage("med2", "Furosemide", text="Take 80 mg")],
        ),
        (
            "Furosemide, active: text and coding differ.",
            [dosage("med2", "Furosemide", coded="80 mg")],
        ),
    ],
    "dose_differs": [
        ("Furosemide 80 mg.", [med("med2", "Furosemide", dose="80 mg")]),
        ("Furosemide 80 mg twice daily.", [FURO]),
        ("Insulin glargine 100 units.", [med("med7", "Insulin glargine", dose="100 units")]),
    ],
    "route_differs": [
        ("Furosemide intravenously.", [med("med2", "Furosemide", route="intravenous")]),
        ("Furosemide 40 mg IV.", [FURO]),
    ],
    "frequency_differs": [
        ("Furosemide daily.", [med("med2", "Furosemide", frequency="daily")]),
        ("Furosemide 40 mg daily.", [FURO]),
    ],
    "as_needed_differs": [
        ("Furosemide as needed.", [med("med2", "Furosemide", as_needed=True)]),
        ("Acetaminophen regularly.", [med("med5", "Acetaminophen", as_needed=False)]),
        ("Furosemide 40 mg twice daily as needed.", [FURO]),
    ],
    "as_needed_left_out": [("Acetaminophen 500 mg every 6 hours.", [med("med5", "Acetaminophen")])],
    "status_differs": [
        ("Furosemide was stopped.", [med("med2", "Furosemide", status="stopped")]),
        ("Type 2 diabetes mellitus has resolved.", [T2DM]),
        ("Cardiology follow-up was attended.", [event("apt2", "Cardiology follow-up", status="fulfilled")]),
        ("Admitted to hospital: office visit.", [event("enc1", "Office visit")]),
    ],
    "status_left_out": [
        ("Lisinopril 20 mg daily.", [med("med4", "Lisinopril")]),
        ("Pneumonia.", [cond("cond10", "Pneumonia")]),
        ("Obstructive sleep apnea.", [cond("cond7", "Obstructive sleep apnea")]),
        ("Pneumococcal conjugate vaccine.", [event("imm2", "Pneumococcal conjugate vaccine")]),
    ],
    "verification_differs": [
        ("Obstructive sleep apnea, confirmed.", [cond("cond7", "Obstructive sleep apnea", verification="confirmed")]),
        ("Pulmonary embolism.", [cond("cond6", "Pulmonary embolism")]),
        ("Suspected type 2 diabetes mellitus.", [T2DM]),
    ],
    "laterality_differs": [
        ("Osteoarthritis of the knee.", [cond("cond5", "Osteoarthritis of right knee", laterality="left")]),
        ("Total knee replacement, right.", [event("proc2", "Total knee replacement")]),
        ("Total knee replacement.", [event("proc2", "Total knee replacement", laterality="bilateral")]),
        ("Colonoscopy.", [event("proc1", "Colonoscopy", laterality="left")]),
    ],
    "reason_differs": [
        ("Inpatient stay on 19 Oct 2026 for chest pain.",
         [event("enc2", "Inpatient stay", when="2026-10-19", reason="Chest pain")]),
        ("Office visit on 17 Nov 2026 for dyspnea.",
         [event("enc1", "Office visit", when="2026-11-17", reason="Dyspnea")]),
        ("Colonoscopy on 24 Apr 2019 for anemia.",
         [event("proc1", "Colonoscopy", when="2019-04-24", reason="Anemia")]),
    ],
    "reaction_differs": [
        ("Allergy: penicillin (hives).", [allergy("alg1", "Penicillin", reaction="Hives")]),
    ],
    "criticality_differs": [
        ("Allergy: penicillin.", [allergy("alg1", "Penicillin", criticality="low")]),
        ("Allergy: latex.", [allergy("alg3", "Latex", criticality="high")]),
        ("Penicillin allergy, low criticality.", [PCN]),
    ],
    "relation_differs": [
        ("Father: breast cancer.", [family("fam1", "Father", "Breast cancer")]),
        ("Her aunt had breast cancer.", [family("fam1", "Mother", "Breast cancer")]),
    ],
    "experiencer_differs": [("She has breast cancer.", [family("fam1", "Mother", "Breast cancer")])],
    "age_differs": [("69-year-old woman.", [who(69, "female")]), ("69-year-old woman.", [who(68, "female")])],
    "sex_differs": [
        ("68-year-old man.", [who(68, "male")]),
        ("68-year-old man.", [who(68)]),
        ("He has type 2 diabetes.", [T2DM]),
    ],
    "quote_differs": [("A note says: \u201cFeels well.\u201d", [note("note1", "Feels well.")])],
    "quote_cut": [("A note says: \u201cfever or chills\u201d", [note("note1", "fever or chills")])],
    "quote_missing": [("A note says that she feels tired.", [note("note1", "Feels more tired this week.")])],
    "note_superseded": [("A note says: \u201cFeels well.\u201d", [note("note2", "Feels well.")])],
    "absence_unread": [("No colonoscopy is recorded.", [absent("colonoscopy", "procedures")])],
    "absence_defeated": [
        ("No COPD is recorded.", [absent("COPD", "problems")]),
        ("No diuretic is recorded.", [absent("diuretic", "medications")]),
        ("No medications are recorded.", [absent("medications", "medications")]),
        ("No lactam allergy is recorded.", [absent("amoxicillin", "allergies")]),
        ("No note speaks of ibuprofen.", [absent("ibuprofen", "notes")]),
        ("No BNP is recorded.", [absent("BNP", "labs")]),
    ],
    "absence_unprovable": [("No sarcoidosis is recorded.", [absent("sarcoidosis", "problems")])],
    "absence_unsaid": [
        ("Asthma is recorded.", [absent("asthma", "problems")]),
        ("No asthma is not recorded.", [absent("asthma", "problems")]),
    ],
    "absence_unscoped": [("No asthma.", [absent("asthma", "problems")])],
    "negation_unsupported": [("She does not have type 2 diabetes.", [T2DM])],
    "misplaced": [
        ("Potassium 138 mmol/L, sodium 5.9 mmol/L.", [K, obs("lab11", "Sodium", "138", "mmol/L")]),
        ("Creatinine 1.48 mg/dL on 17 Nov 2026, 1.68 mg/dL on 24 Aug 2026.",
         [obs("lab4", "Creatinine", "1.68"), obs("lab5", "Creatinine", "1.48")]),
    ],
    "subject_unnamed": [("The value is 5.9 mmol/L.", [K])],
    "intake_unproven": [
        ("She takes furosemide.", [FURO]),
        ("She is on furosemide.", [FURO]),
        ("Aspirin was prescribed.", [med("med9", "Aspirin")]),
    ],
    "kind_differs": [
        ("Furosemide allergy.", [FURO]),
        ("Penicillin is active.", [PCN]),
    ],
    "purpose_unsupported": [("Furosemide for type 2 diabetes.", [FURO, T2DM])],
    "severity_differs": [("Severe type 2 diabetes.", [T2DM])],
    "drug_uncited": [("Furosemide and amlodipine.", [FURO])],
    "test_uncited": [("Potassium 5.9 mmol/L and magnesium.", [K])],
    "condition_uncited": [("Potassium 5.9 mmol/L with hypertension.", [K])],
    "words_unsupported": [
        ("Potassium 5.9 mmol/L despite fluids.", [K]),
        ("Potassium 5.9 mmol/L, worsening.", [K]),
        ("Potassium ~5.9 mmol/L?\u2191", [obs("lab1", "Potassium", "5.9")]),
    ],
    "hidden_characters": [("Potassium 5.9\u202e mmol/L.", [K]), ("Potassium 5.9 mmol/L\u200b.", [K])],
    "not_plain": [("Potassium 5.9 mmol/L, see https://collect.example.", [K])],
    "advice_on_treatment": [("Spironolactone should be stopped.", [infer("High potassium", "lab1", "med1")])],
    "number_unsupported": [("Three allergies are recorded.", [PCN])],
}  # fmt: skip
