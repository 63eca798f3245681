"""What the hospital can order, measure and diagnose, with public codes.

A code stands here only where it is certain; elsewhere the text stands alone, as it does in
real charts often enough. SNOMED CT, LOINC, RxNorm, ICD-10-CM and CVX codes remain their
owners'; the words are the hospital's.
"""

from __future__ import annotations

from typing import NamedTuple


class Test(NamedTuple):
    """A laboratory test: LOINC, name, unit as printed, UCUM, reference bounds."""

    loinc: str
    name: str
    unit: str
    ucum: str
    low: float | None
    high: float | None


class Drug(NamedTuple):
    """An orderable product: RxNorm code ("" when unsure) and its text."""

    rxnorm: str
    text: str


class Problem(NamedTuple):
    """A diagnosis: text, SNOMED CT, ICD-10-CM ("" when unsure)."""

    text: str
    snomed: str
    icd10: str


LABS = {
    "potassium": Test("2823-3", "Potassium", "mmol/L", "mmol/L", 3.5, 5.1),
    "sodium": Test("2951-2", "Sodium", "mmol/L", "mmol/L", 135, 145),
    "chloride": Test("2075-0", "Chloride", "mmol/L", "mmol/L", 98, 107),
    "bicarbonate": Test("1963-8", "Bicarbonate", "mmol/L", "mmol/L", 22, 29),
    "creatinine": Test("2160-0", "Creatinine", "mg/dL", "mg/dL", 0.5, 1.1),
    "creatinine (other analyzer)": Test("38483-4", "Creatinine, blood", "mg/dL", "mg/dL", 0.5, 1.1),
    "creatinine, molar": Test("14682-9", "Creatinine", "umol/L", "umol/L", 45, 97),
    "egfr": Test("98979-8", "eGFR (CKD-EPI 2021)", "mL/min/1.73 m2", "mL/min/{1.73_m2}", 60, None),
    "egfr, mdrd": Test("33914-3", "eGFR (MDRD)", "mL/min/1.73 m2", "mL/min/{1.73_m2}", 60, None),
    "urea": Test("3094-0", "Urea nitrogen", "mg/dL", "mg/dL", 7, 20),
    "glucose": Test("2345-7", "Glucose", "mg/dL", "mg/dL", 70, 99),
    "glucose, molar": Test("14749-6", "Glucose", "mmol/L", "mmol/L", 3.9, 5.5),
    "a1c": Test("4548-4", "Hemoglobin A1c", "%", "%", 4.0, 5.6),
    "a1c, ifcc": Test("59261-8", "Hemoglobin A1c (IFCC)", "mmol/mol", "mmol/mol", 20, 38),
    "calcium": Test("17861-6", "Calcium", "mg/dL", "mg/dL", 8.5, 10.5),
    "phosphate": Test("2777-1", "Phosphate", "mg/dL", "mg/dL", 2.5, 4.5),
    "magnesium": Test("19123-9", "Magnesium", "mg/dL", "mg/dL", 1.6, 2.6),
    "pth": Test("2731-8", "Parathyroid hormone, intact", "pg/mL", "pg/mL", 15, 65),
    "albumin": Test("1751-7", "Albumin", "g/dL", "g/dL", 3.5, 5.0),
    "alt": Test("1742-6", "ALT", "U/L", "U/L", 7, 40),
    "ast": Test("1920-8", "AST", "U/L", "U/L", 8, 40),
    "bilirubin": Test("1975-2", "Bilirubin, total", "mg/dL", "mg/dL", 0.1, 1.2),
    "leukocytes": Test("6690-2", "White cells", "10*3/uL", "10*3/uL", 4.0, 11.0),
    "hemoglobin": Test("718-7", "Hemoglobin", "g/dL", "g/dL", 12.0, 15.5),
    "hematocrit": Test("4544-3", "Hematocrit", "%", "%", 36, 46),
    "platelets": Test("777-3", "Platelets", "10*3/uL", "10*3/uL", 150, 400),
    "ferritin": Test("2276-4", "Ferritin", "ng/mL", "ng/mL", 15, 200),
    "nt-probnp": Test("33762-6", "NT-proBNP", "pg/mL", "pg/mL", None, 125),
    "ldl": Test("13457-7", "LDL cholesterol, calculated", "mg/dL", "mg/dL", None, 130),
    "hdl": Test("2085-9", "HDL cholesterol", "mg/dL", "mg/dL", 40, None),
    "tsh": Test("3016-3", "TSH", "mIU/L", "m[IU]/L", 0.4, 4.5),
    "inr": Test("6301-6", "INR", "INR", "{INR}", 0.9, 1.1),
    "d-dimer": Test("48065-7", "D-dimer, FEU", "ng/mL FEU", "ng/mL{FEU}", None, 500),
    "crp": Test("1988-5", "C-reactive protein", "mg/L", "mg/L", None, 5),
    "lactate": Test("2524-7", "Lactate", "mmol/L", "mmol/L", 0.5, 2.0),
    "troponin": Test("67151-1", "Troponin T, high sensitivity", "ng/L", "ng/L", None, 14),
    "urine albumin/creatinine": Test(
        "9318-7", "Albumin/creatinine, urine", "mg/g", "mg/g", None, 30
    ),
}

# Where the laboratory prints another range for men.
MALE = {
    "creatinine": (0.7, 1.3),
    "creatinine (other analyzer)": (0.7, 1.3),
    "hemoglobin": (13.5, 17.5),
    "hematocrit": (41, 53),
}

DRUGS = {
    "spironolactone 25": Drug("313096", "Spironolactone 25 mg oral tablet"),
    "lisinopril 20": Drug("314077", "Lisinopril 20 mg oral tablet"),
    "lisinopril 10": Drug("314076", "Lisinopril 10 mg oral tablet"),
    "furosemide 40": Drug("313988", "Furosemide 40 mg oral tablet"),
    "furosemide injection": Drug("", "Furosemide 10 mg/mL injection"),
    "metoprolol succinate 100": Drug("866412", "Metoprolol succinate ER 100 mg oral tablet"),
    "metformin 1000": Drug("861004", "Metformin 1,000 mg oral tablet"),
    "metformin 500": Drug("861007", "Metformin 500 mg oral tablet"),
    "atorvastatin 40": Drug("617311", "Atorvastatin 40 mg oral tablet"),
    "ibuprofen 400": Drug("197805", "Ibuprofen 400 mg oral tablet"),
    "naproxen 500": Drug("198014", "Naproxen 500 mg oral tablet"),
    "cholecalciferol 1000": Drug("", "Cholecalciferol 1,000 units oral tablet"),
    "amlodipine 5": Drug("197361", "Amlodipine 5 mg oral tablet"),
    "amoxicillin 500": Drug("308191", "Amoxicillin 500 mg oral capsule"),
    "doxycycline 100": Drug("", "Doxycycline 100 mg oral capsule"),
    "warfarin 5": Drug("855332", "Warfarin 5 mg oral tablet"),
    "apixaban 5": Drug("1364445", "Apixaban 5 mg oral tablet"),
    "acetaminophen 500": Drug("198440", "Acetaminophen 500 mg oral tablet"),
    "aspirin 81": Drug("243670", "Aspirin 81 mg oral tablet"),
    "albuterol": Drug("745679", "Albuterol 90 mcg/actuation inhaler"),
    "fluticasone": Drug("895994", "Fluticasone 44 mcg/actuation inhaler"),
    "levothyroxine 75": Drug("966222", "Levothyroxine 75 mcg oral tablet"),
    "sertraline 50": Drug("312941", "Sertraline 50 mg oral tablet"),
    "insulin glargine": Drug("311041", "Insulin glargine 100 units/mL injection"),
    "sevelamer 800": Drug("", "Sevelamer carbonate 800 mg oral tablet"),
    "epoetin": Drug("", "Epoetin alfa 4,000 units/mL injection"),
    "labetalol 200": Drug("", "Labetalol 200 mg oral tablet"),
    "prenatal vitamin": Drug("", "Prenatal vitamin with folic acid oral tablet"),
    "morphine liquid": Drug("", "Morphine 20 mg/mL oral concentrate"),
    "omeprazole 20": Drug("198051", "Omeprazole 20 mg oral capsule"),
    "penicillin V 500": Drug("834102", "Penicillin V potassium 500 mg oral tablet"),
}

PROBLEMS = {
    "hfref": Problem("Heart failure with reduced ejection fraction", "703272007", "I50.22"),
    "ckd 3a": Problem("Chronic kidney disease, stage 3a", "700378005", "N18.31"),
    "ckd 3b": Problem("Chronic kidney disease, stage 3b", "700379002", "N18.32"),
    "ckd 4": Problem("Chronic kidney disease, stage 4", "431857002", "N18.4"),
    "esrd": Problem("End-stage renal disease", "46177005", "N18.6"),
    "renal anemia": Problem("Anemia in chronic kidney disease", "234348004", "D63.1"),
    "hyperparathyroidism": Problem("Secondary hyperparathyroidism of renal origin", "", "N25.81"),
    "diabetes": Problem("Type 2 diabetes mellitus", "44054006", "E11.9"),
    "hypertension": Problem("Hypertension", "59621000", "I10"),
    "knee arthritis": Problem("Osteoarthritis, both knees", "239873007", "M17.0"),
    "left knee arthritis": Problem("Osteoarthritis of left knee", "239873007", "M17.12"),
    "hyperlipidemia": Problem("Hyperlipidemia", "55822004", "E78.5"),
    "vitamin d deficiency": Problem("Vitamin D deficiency", "34713006", "E55.9"),
    "reflux": Problem("Gastroesophageal reflux disease", "235595009", "K21.9"),
    "sleep apnea": Problem("Obstructive sleep apnea", "78275009", "G47.33"),
    "atrial fibrillation": Problem("Atrial fibrillation", "49436004", "I48.91"),
    "right leg dvt": Problem("Deep vein thrombosis of right leg", "404223003", "I82.401"),
    "left knee replaced": Problem("Presence of left artificial knee joint", "", "Z96.652"),
    "right knee pain": Problem("Right knee pain", "30989003", "M25.561"),
    "asthma": Problem("Asthma", "195967001", "J45.909"),
    "eczema": Problem("Atopic dermatitis", "24079001", "L20.9"),
    "well child": Problem("Well child visit", "", "Z00.129"),
    "sinusitis": Problem("Acute sinusitis", "15805002", "J01.90"),
    "strep throat": Problem("Streptococcal pharyngitis", "43878008", "J02.0"),
    "pneumonia": Problem("Pneumonia", "233604007", "J18.9"),
    "lupus": Problem("Systemic lupus erythematosus", "55464009", "M32.9"),
    "embolism": Problem("Pulmonary embolism", "59282003", "I26.99"),
    "iron deficiency": Problem("Iron deficiency anemia", "87522002", "D50.9"),
    "migraine": Problem("Migraine", "37796009", "G43.909"),
    "hypothyroidism": Problem("Hypothyroidism", "40930008", "E03.9"),
    "depression": Problem("Depression", "35489007", "F32.A"),
    "copd": Problem("Chronic obstructive pulmonary disease", "13645005", "J44.9"),
    "pregnancy": Problem("Pregnancy", "77386006", "Z34.92"),
    "hypertension in pregnancy": Problem(
        "Pre-existing hypertension in pregnancy, second trimester", "", "O10.912"
    ),
    "pancreatic cancer": Problem("Pancreatic cancer", "363418001", "C25.9"),
    "back pain": Problem("Low back pain", "279039007", "M54.50"),
}

NOTES = {
    "progress": ("11506-3", "Progress note"),
    "summary": ("34133-9", "Summary of episode note"),
    "discharge": ("18842-5", "Discharge summary"),
    "history": ("34117-2", "History and physical note"),
    "nurse": ("34746-8", "Nurse note"),
    "phone": ("34748-4", "Telephone encounter note"),
    "consult": ("11488-4", "Consult note"),
    "procedure": ("28570-0", "Procedure note"),
    "imaging": ("18748-4", "Diagnostic imaging study"),
}

ROUTES = {
    "oral": ("26643006", "Oral"),
    "subcutaneous": ("34206005", "Subcutaneous"),
    "intravenous": ("47625008", "Intravenous"),
    "inhaled": ("447694001", "Inhaled"),
}

VACCINES = {
    "influenza": ("140", "Influenza, seasonal, injectable, preservative free"),
    "covid": ("208", "COVID-19, mRNA, 30 mcg/0.3 mL"),
    "pneumococcal": ("33", "Pneumococcal polysaccharide, 23 valent"),
    "dtap": ("20", "DTaP"),
    "polio": ("10", "Polio, inactivated"),
    "mmr": ("03", "MMR"),
    "varicella": ("21", "Varicella"),
    "hepatitis b": ("08", "Hepatitis B, adolescent or pediatric"),
    "tdap": ("115", "Tdap"),
}
