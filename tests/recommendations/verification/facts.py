"""An invented patient's facts, made by hand, with what generated charts lack: ranges, sides, doubt."""

from decimal import Decimal
from typing import Any

from recommendations.clinical.facts import (
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    Coding,
    Component,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    FamilyHistoryFact,
    ImmunizationFact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    PartialDate,
    ProcedureFact,
    Quantity,
    Reaction,
    ReferenceRange,
    Source,
)
from recommendations.clinical.results import ReadingSnapshot

LOINC = "http://loinc.org"


def day(text: str | None) -> PartialDate | None:
    return PartialDate(text=text) if text else None


def source(handle: str) -> Source:
    return Source(resource_type="Basic", resource_id=handle, version="1")


def lab(
    handle: str,
    name: str,
    value: str | None,
    unit: str = "",
    when: str = "2026-11-17",
    *,
    code: str = "",
    low: str | None = None,
    high: str | None = None,
    text: str = "",
    comparator: Any = "",
    status: str = "final",
    category: str = "laboratory",
    **more: Any,
) -> ObservationFact:
    span = None
    if low or high:
        span = ReferenceRange(
            low=Decimal(low) if low else None, high=Decimal(high) if high else None
        )
    quantity = Quantity(value=Decimal(value), unit=unit, comparator=comparator) if value else None
    return ObservationFact(
        handle=handle, source=source(handle), name=name, status=status, category=category,
        codings=(Coding(system=LOINC, code=code, display=name),) if code else (),
        value=quantity, value_text=text, reference_range=span, effective=day(when), **more,
    )  # fmt: skip


def pressure(handle: str, high: str, low: str, when: str) -> ObservationFact:
    parts = (
        Component(name="Systolic blood pressure", codings=(Coding(system=LOINC, code="8480-6"),),
                  value=Quantity(value=Decimal(high), unit="mmHg")),
        Component(name="Diastolic blood pressure", codings=(Coding(system=LOINC, code="8462-4"),),
                  value=Quantity(value=Decimal(low), unit="mmHg")),
    )  # fmt: skip
    return lab(handle, "Blood pressure", None, when=when, code="85354-9", components=parts,
               category="vital-signs")  # fmt: skip


def vital(handle: str, name: str, value: str, unit: str, when: str, code: str) -> ObservationFact:  # noqa: PLR0917
    return lab(handle, name, value, unit, when, code=code, category="vital-signs")


def med(
    handle: str, name: str, dose: tuple[str, str] | None, when: str | None, *, status: str = "active",
    strength: str = "", **more: Any,
) -> MedicationFact:  # fmt: skip
    given = Quantity(value=Decimal(dose[0]), unit=dose[1]) if dose else None
    return MedicationFact(
        handle=handle, source=source(handle), name=name, status=status, intent="order", dose=given,
        strength=strength, authored=day(when), **more,
    )  # fmt: skip


def cond(
    handle: str, name: str, onset: str | None, *, status: str = "active", verification: str = "confirmed",
    **more: Any,
) -> ConditionFact:  # fmt: skip
    return ConditionFact(
        handle=handle, source=source(handle), name=name, status=status, onset=day(onset),
        category="problem-list-item", verification=verification, **more,
    )  # fmt: skip


def allergy(
    handle: str, name: str, *reactions: str, criticality: str = "", **more: Any
) -> AllergyFact:
    return AllergyFact(
        handle=handle, source=source(handle), name=name, status="active", criticality=criticality,
        reactions=tuple(Reaction(manifestation=r) for r in reactions), verification="confirmed", **more,
    )  # fmt: skip


def note(handle: str, name: str, when: str, author: str, text: str, **more: Any) -> NoteFact:
    return NoteFact(
        handle=handle, source=source(handle), name=name, status="final", authored=day(when),
        author=author, text=text, **more,
    )  # fmt: skip


def event(kind: type, handle: str, name: str, status: str, **more: Any) -> Any:
    return kind(handle=handle, source=source(handle), name=name, status=status, **more)


def patient(age: int = 68, sex: str = "female") -> DemographicsFact:
    return DemographicsFact(
        handle="dem1",
        source=source("dem1"),
        name="Patient",
        age=age,
        age_text=f"{age} years",
        sex=sex,
    )


PROGRESS = (
    "Subjective: Feels more tired this week. Denies chest pain. No fever or chills.\n"
    "Weight up since discharge. Ankles swollen by evening.\n"
    "Takes ibuprofen from the pharmacy for knee pain.\n"
    "Plan: Repeat potassium in 2 days."
)
DISCHARGE = (
    "Admitted with shortness of breath. Chest radiograph showed no pneumonia.\n"
    "Pulmonary embolism was ruled out by CT. Her sister had a stroke at 50.\n"
    "Follow up with cardiology within 7 days."
)

FACTS: tuple[Fact, ...] = (
    patient(),
    lab("lab1", "Potassium", "5.9", "mmol/L", code="2823-3", low="3.5", high="5.1", interpretation="H"),
    lab("lab2", "Potassium", "4.8", "mmol/L", "2026-10-27", code="2823-3", low="3.5", high="5.1"),
    lab("lab3", "Potassium", "4.4", "mmol/L", "2026-08-24", code="2823-3", low="3.5", high="5.1"),
    lab("lab4", "Creatinine", "1.68", "mg/dL", code="2160-0", low="0.5", high="1.1"),
    lab("lab5", "Creatinine", "1.48", "mg/dL", "2026-08-24", code="2160-0", low="0.5", high="1.1"),
    lab("lab6", "Hemoglobin A1c/Hemoglobin.total in Blood", "7.9", "%", "2026-09-02", code="4548-4",
        high="5.6"),
    lab("lab7", "eGFR (CKD-EPI)", "31", "mL/min/{1.73_m2}", code="98979-8", low="60"),
    lab("lab8", "Urine culture", None, when="2026-11-03", text="No growth"),
    lab("lab9", "Hemoglobin", "11.2", "g/dL", code="718-7", low="12.0", high="15.5"),
    lab("lab10", "Troponin I.cardiac [Mass/volume] in Serum or Plasma", "0.01", "ng/mL", "2026-10-19",
        code="10839-9", comparator="<"),
    lab("lab11", "Sodium", "138", "mmol/L", code="2951-2", low="135", high="145"),
    lab("lab12", "Thyrotropin [Units/volume] in Serum or Plasma", "2.10", "mIU/L", "2026-06-15",
        code="3016-3", low="0.4", high="4.0"),
    lab("lab13", "LDL Cholesterol", "96", "mg/dL", "2026-06-15", code="13457-7"),
    lab("lab14", "Glucose [Mass/volume] in Serum or Plasma", "142", "mg/dL", code="2345-7"),
    lab("lab15", "SARS-CoV-2 RNA", None, when="2026-10-19", text="Not detected"),
    lab("lab16", "Potassium", "6.4", "mmol/L", "2026-11-01", code="2823-3", status="entered-in-error"),
    lab("lab17", "Platelets", "403", "10*3/uL", code="777-3", low="150", high="400"),
    lab("lab18", "Natriuretic peptide B [Mass/volume] in Blood", "842", "pg/mL", "2026-10-19",
        code="30934-4", high="100"),
    lab("lab19", "Natriuretic peptide B [Mass/volume] in Blood", "412", "pg/mL", "2026-11-17",
        code="30934-4", high="100"),
    pressure("vit1", "118", "70", "2026-11-17"),
    pressure("vit2", "142", "88", "2026-08-24"),
    vital("vit3", "Heart rate", "78", "/min", "2026-11-17", "8867-4"),
    vital("vit4", "Body weight", "84.2", "kg", "2026-11-17", "29463-7"),
    vital("vit5", "Body weight", "81.0", "kg", "2026-10-27", "29463-7"),
    vital("vit6", "Oxygen saturation in Arterial blood by Pulse oximetry", "94", "%", "2026-11-17",
          "59408-5"),
    vital("vit7", "Body temperature", "36.8", "Cel", "2026-11-17", "8310-5"),
    med("med1", "Spironolactone 25 MG Oral Tablet", ("25", "mg"), "2026-10-27", strength="25 MG",
        route="oral", frequency="daily", dosage_text="Take 1 tablet (25 mg) by mouth daily"),
    med("med2", "Furosemide 40 MG Oral Tablet", ("40", "mg"), "2026-10-27", strength="40 MG",
        route="oral", frequency="twice daily", dosage_text="Take 40 mg by mouth twice daily"),
    med("med3", "metFORMIN (Glucophage) 1000 mg tablet", ("1000", "mg"), "2024-03-11",
        strength="1000 mg", route="oral", frequency="twice daily", reason="Type 2 diabetes mellitus",
        dosage_text="Take 1 tablet by mouth 2 times a day with meals"),
    med("med4", "Lisinopril 20 MG Oral Tablet", ("20", "mg"), "2025-05-02", status="stopped",
        strength="20 MG", route="oral", frequency="daily"),
    med("med5", "Acetaminophen 500 MG Oral Tablet", ("500", "mg"), "2026-10-19", strength="500 MG",
        route="oral", frequency="every 6 hours", as_needed=True),
    med("med6", "Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler", ("2", "puffs"), "2025-01-09",
        strength="0.09 MG/ACTUAT", route="inhaled", frequency="every 4 hours", as_needed=True),
    med("med7", "Insulin glargine 100 UNT/ML", ("18", "units"), "2026-03-02", strength="100 UNT/ML",
        route="subcutaneous", frequency="at bedtime"),
    med("med8", "Warfarin sodium 5 MG Oral Tablet", ("5", "mg"), "2026-10-27", status="on-hold",
        strength="5 MG", route="oral", frequency="daily"),
    med("med9", "Aspirin 81 MG Oral Tablet", ("81", "mg"), "2026-11-17", strength="81 MG",
        route="oral", frequency="daily", reported=True),
    med("med10", "Amoxicillin 500 MG Oral Capsule", ("500", "mg"), "2026-02-10", status="completed",
        strength="500 MG", route="oral", frequency="three times daily"),
    cond("cond1", "Type 2 diabetes mellitus", "2015"),
    cond("cond2", "Heart failure with reduced ejection fraction", "2022-06-14"),
    cond("cond3", "Chronic kidney disease stage 3b", "2024-10-19"),
    cond("cond4", "Deep vein thrombosis of left lower extremity", "2019-03", status="resolved",
         laterality="left", abatement=day("2019-09")),
    cond("cond5", "Osteoarthritis of right knee", "2020", laterality="right"),
    cond("cond6", "Pulmonary embolism", "2026-10-19", status="inactive", verification="refuted"),
    cond("cond7", "Obstructive sleep apnea", None, verification="provisional"),
    cond("cond8", "Chronic obstructive bronchitis", "2018"),
    cond("cond9", "Essential hypertension", "2009"),
    cond("cond10", "Pneumonia", "2026-02-10", status="resolved"),
    allergy("alg1", "Penicillin", "Anaphylaxis", criticality="high"),
    allergy("alg2", "Codeine", "Nausea", criticality="low"),
    allergy("alg3", "Latex", "Hives"),
    event(FamilyHistoryFact, "fam1", "Mother", "completed", relationship="Mother",
          conditions=("Type 2 diabetes mellitus", "Breast cancer")),
    event(FamilyHistoryFact, "fam2", "Father", "completed", relationship="Father",
          conditions=("Myocardial infarction",)),
    note("note1", "Progress note", "2026-11-17", "J. Ferris, RN", PROGRESS),
    note("note2", "Progress note", "2026-11-16", "J. Ferris, RN", "Feels well.", superseded=True),
    note("note3", "Discharge summary", "2026-10-27", "A. Okafor, MD", DISCHARGE),
    event(EncounterFact, "enc1", "Office visit", "in-progress", start=day("2026-11-17")),
    event(EncounterFact, "enc2", "Inpatient stay", "finished", start=day("2026-10-19"),
          end=day("2026-10-27"), reason="Shortness of breath", service="Cardiology"),
    event(AppointmentFact, "apt1", "Cardiology follow-up", "booked", start=day("2026-11-24")),
    event(AppointmentFact, "apt2", "Cardiology follow-up", "noshow", start=day("2026-11-03")),
    event(ImmunizationFact, "imm1", "Influenza vaccine", "completed", occurred=day("2026-10-05")),
    event(ImmunizationFact, "imm2", "Pneumococcal conjugate vaccine", "not-done",
          occurred=day("2026-10-05")),
    event(CarePlanFact, "care1", "Heart failure self-care", "active", start=day("2026-10-27"),
          activities=("Daily weight", "Low salt diet")),
    event(ProcedureFact, "proc1", "Colonoscopy", "completed", performed=day("2019-04-24")),
    event(ProcedureFact, "proc2", "Total knee replacement", "completed", performed=day("2021-05-11"),
          laterality="left"),
    event(ProcedureFact, "proc3", "Transthoracic echocardiography", "completed",
          performed=day("2026-10-20")),
)  # fmt: skip

READ = [
    "patient",
    "problems",
    "encounter_diagnoses",
    "medications",
    "allergies",
    "labs",
    "vitals",
    "notes",
    "encounters",
    "appointments",
    "immunizations",
    "care_plans",
    "family_history",
]


def snapshot(
    facts: tuple[Fact, ...] = FACTS, unread: tuple[str, ...] = ("procedures",)
) -> ReadingSnapshot:
    """The reading of these facts; ``unread`` were not read to their end."""
    searched = dict.fromkeys(READ, True) | dict.fromkeys(unread, False)
    return ReadingSnapshot(as_of="2026-11-17T09:00:00+00:00", facts=facts, searched=searched)


NEWCOMER: tuple[Fact, ...] = (
    patient(41, "male"),
    allergy("alg1", "No known allergies", none_known=True),
    cond("cond1", "Migraine", "2011"),
)

CLINIC_NOTE = (
    "HPI: Mood stable on current regimen. Sleeps 7 hours. He denies suicidal thoughts.\n"
    "Hands tremble since the last dose change. No falls.\n"
    "PMH: Father had colon cancer. Patient quit smoking in 2019.\n"
    "Plan: Lithium level in one week. If INR is above 4, hold warfarin."
)
SECOND: tuple[Fact, ...] = (
    patient(54, "male"),
    lab("lab1", "POTASSIUM", "3.1", "mEq/L", "2026-11-10", interpretation="L"),
    lab("lab2", "POTASSIUM", "3.9", "mEq/L", "2026-07-02"),
    lab("lab3", "Hgb A1c", "6.4", "%", "2026-07-02", code="4548-4", low="4.0", high="5.6"),
    lab("lab4", "INR", "3.8", "", "2026-11-10", code="6301-6", low="2.0", high="3.0", interpretation="H"),
    lab("lab5", "INR", "2.4", "", "2026-10-12", code="6301-6", low="2.0", high="3.0"),
    lab("lab6", "Lithium level", "1.4", "mmol/L", "2026-11-10", code="14334-7", low="0.6", high="1.2",
        interpretation="HH"),
    lab("lab7", "WBC", "2.1", "10*3/uL", "2026-11-10", code="6690-2", low="4.0", high="11.0",
        interpretation="LL"),
    lab("lab8", "Hepatitis C antibody", None, when="2025-03-03", text="Non-reactive"),
    lab("lab9", "Fasting glucose [Mass/volume] in Serum or Plasma", "104", "mg/dL", "2026-07-02",
        code="1558-6", low="70", high="99"),
    lab("lab10", "25-Hydroxyvitamin D", "18", "ng/mL", "2026-07-02", code="1989-3", low="30", high="100"),
    lab("lab11", "Creatinine [Mass/volume] in Serum or Plasma", "0.9", "mg/dL", "2026-11-10",
        code="2160-0", low="0.7", high="1.3"),
    lab("lab12", "Creatinine [Mass/volume] in Serum or Plasma", "0.9", "mg/dL", "2026-07-02",
        code="2160-0", low="0.7", high="1.3"),
    lab("lab13", "Thyroid stimulating hormone", "6.8", "mIU/L", "2026-11-10", code="3016-3", low="0.4",
        high="4.5", status="preliminary"),
    pressure("vit1", "152", "94", "2026-11-10"),
    pressure("vit2", "136", "84", "2026-10-12"),
    pressure("vit3", "128", "80", "2026-07-02"),
    vital("vit4", "Body weight", "196", "[lb_av]", "2026-11-10", "29463-7"),
    vital("vit5", "Body temperature", "98.4", "[degF]", "2026-11-10", "8310-5"),
    vital("vit6", "Respiratory rate", "16", "/min", "2026-11-10", "9279-1"),
    vital("vit7", "PHQ-9 total score", "14", "{score}", "2026-10-12", "44261-6"),
    med("med1", "Lithium carbonate 300 MG Oral Capsule", ("600", "mg"), "2026-10-12", strength="300 MG",
        route="oral", frequency="twice daily", dosage_text="Take 2 capsules (600 mg) by mouth twice daily"),
    med("med2", "Warfarin sodium 2.5 MG Oral Tablet", None, "2026-06-01", strength="2.5 MG", route="oral",
        dosage_text="Take 1 tablet on Mondays and Fridays, 2 tablets on other days"),
    med("med3", "Oxycodone Hydrochloride 5 MG / Acetaminophen 325 MG Oral Tablet", ("1", "tablet"),
        "2026-11-10", strength="5 MG / 325 MG", route="oral", frequency="every 6 hours", as_needed=True,
        dosage_text="1 tablet by mouth every 6 hours as needed for pain"),
    med("med4", "Levothyroxine Sodium 0.075 MG Oral Tablet", ("75", "mcg"), "2025-02-20",
        strength="0.075 MG", route="oral", frequency="daily",
        dosage_text="75 mcg by mouth daily before breakfast"),
    med("med5", "Fluticasone / Salmeterol (Advair Diskus) inhaler", ("1", "puff"), "2026-01-15",
        route="inhaled", frequency="twice daily"),
    med("med6", "predniSONE 20 MG Oral Tablet", ("20", "mg"), "2026-09-01", status="completed",
        strength="20 MG", route="oral", frequency="daily"),
    med("med7", "hydrOXYzine HCl 25 mg tablet", ("25", "mg"), "2026-08-08", status="stopped",
        strength="25 mg", route="oral", frequency="at bedtime"),
    med("med8", "Fish oil", None, "2026-07-02", reported=True),
    cond("cond1", "Bipolar I disorder", "2004-06"),
    cond("cond2", "Acquired hypothyroidism", "2016"),
    cond("cond3", "Malignant neoplasm of prostate", "2021-03-11", status="remission"),
    cond("cond4", "Mass of lung", "2026-11-10", verification="unconfirmed"),
    cond("cond5", "Fracture of right wrist", "2024-08-05", status="resolved", laterality="right",
         abatement=day("2024-11-20")),
    cond("cond6", "Left inguinal hernia", "2025", laterality="left"),
    cond("cond7", "Atrial fibrillation", "2023-05-30", severity="Moderate"),
    cond("cond8", "Body mass index 30+ - obesity (finding)", "2018"),
    allergy("alg1", "Sulfonamide antibiotics", "Rash"),
    allergy("alg2", "Lisinopril", "Angioedema", criticality="high"),
    allergy("alg3", "Shellfish", "Hives", "Vomiting", criticality="low"),
    event(FamilyHistoryFact, "fam1", "Paternal grandfather", "completed",
          relationship="Paternal grandfather", conditions=("Colon cancer",)),
    event(FamilyHistoryFact, "fam2", "Brother", "completed", relationship="Brother",
          conditions=("Bipolar disorder", "Alcohol dependence")),
    note("note1", "Psychiatry clinic note", "2026-10-12", "Dana Whitfield, NP", CLINIC_NOTE),
    event(EncounterFact, "enc1", "Emergency department visit", "finished", start=day("2026-11-10"),
          reason="Palpitations", encounter_class="EMER"),
    event(EncounterFact, "enc2", "Telehealth visit", "finished", start=day("2026-10-12"),
          service="Psychiatry"),
    event(AppointmentFact, "apt1", "Endocrinology consult", "booked", start=day("2026-12-01")),
    event(AppointmentFact, "apt2", "Dental cleaning", "cancelled", start=day("2026-10-30")),
    event(ImmunizationFact, "imm1", "Tdap", "completed", occurred=day("2021-09-14")),
    event(ImmunizationFact, "imm2", "Hepatitis B vaccine", "completed", occurred=day("2009"),
          dose_number="3"),
    event(CarePlanFact, "care1", "Weight management plan", "active", start=day("2025-01-08"),
          activities=("Dietary counseling",)),
    event(ProcedureFact, "proc1", "Colonoscopy", "completed", performed=day("2025-04-02")),
    event(ProcedureFact, "proc2", "Repair of inguinal hernia", "not-done", performed=day("2026-03-01"),
          laterality="left"),
    event(ProcedureFact, "proc3", "Electrical cardioversion", "completed", performed=day("2023-06-15")),
)  # fmt: skip
