"""A fifth invented patient: results awaited, values in words, weekly tablets, short hand in her chart."""

from recommendations.clinical.facts import (
    AdministrationFact,
    AppointmentFact,
    CarePlanFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    FamilyHistoryFact,
    ImmunizationFact,
    ProcedureFact,
)
from tests.recommendations.verification.facts import (
    allergy,
    cond,
    day,
    lab,
    med,
    pressure,
    source,
)
from tests.recommendations.verification.facts import event as happening
from tests.recommendations.verification.facts import note as written

REFERRAL = (
    "Sleeps well. Imported from referral: drinks 30 units a week. Daughter rang twice. "
    "Walks with a frame and lives on the ground floor. No falls this year."
)
FIFTH: tuple[Fact, ...] = (
    DemographicsFact(
        handle="dem1", source=source("dem1"), name="Patient", age=67, age_text="67 years", sex="female"
    ),
    lab("lab1", "Platelets", "340", "10*9/L", "2026-11-16", code="777-3", low="150", high="400"),
    lab("lab2", "Platelets", "210", "10*9/L", "2026-11-09", code="777-3", low="150", high="400"),
    lab("lab3", "Platelets", "260", "10*9/L", "2026-11-02", code="777-3", low="150", high="400"),
    lab("lab4", "Cortisol", None, when="2026-11-16", status="registered"),
    lab("lab5", "Sputum culture", None, when="2026-11-10", text="Klebsiella >10,000 CFU/mL"),
    lab("lab6", "Ferritin", "12", "ug/L", "2026-11-16", code="2276-4", low="15", high="150"),
    lab("lab7", "Serum free light chains, kappa", "21", "mg/L", "2026-11-16"),
    lab("lab8", "Sodium", "139", "mmol/L", "2026-11-16", code="2951-2", low="135", high="145"),
    lab("vit1", "Body weight", "61.0", "kg", "2026-11-16", code="29463-7", category="vital-signs"),
    pressure("vit2", "128", "78", "2026-11-16"),
    pressure("vit3", "152", "90", "2026-11-02"),
    pressure("vit4", "118", "92", "2026-10-01"),
    med("med1", "Alendronate 70 mg tablet", ("70", "mg"), "2026-02-03", strength="70 mg",
        route="oral", frequency="weekly", dosage_text="Take 70 mg by mouth once weekly"),
    med("med2", "Epoetin alfa 4 thousand units/mL injection", None, "2026-10-12", status="on-hold",
        route="subcutaneous", frequency="three times weekly"),
    med("med3", "Naproxen 250 mg tablet", ("250", "mg"), "2026-11-02", strength="250 mg",
        route="oral", frequency="twice daily", dosage_text="Take 250 mg by mouth twice daily"),
    med("med4", "Bimatoprost 0.03 % eye drops", ("1", "drop"), "2026-05-05", frequency="at bedtime",
        dosage_text="Put 1 drop into the right eye at bedtime"),
    med("med5", "Trazodone 50 mg tablet", ("50", "mg"), "2026-06-05", strength="50 mg", route="oral",
        frequency="at bedtime", dosage_text="Take 50 mg by mouth at bedtime"),
    med("med6", "Prednisolone 5 mg tablet", ("5", "mg"), "2026-06-07", strength="5 mg", route="oral",
        frequency="every other day", dosage_text="Take 5 mg by mouth every other day"),
    med("med7", "Codeine 30 mg tablet", ("30", "mg"), "2026-06-09", strength="30 mg", route="oral",
        frequency="every 6 hours", as_needed=True, dosage_text="Take 30 mg every 6 hours as needed"),
    cond("cond1", "Trigger finger, left hand", "2025-03-02", laterality="left", body_site="Left hand"),
    cond("cond2", "Persistent atrial fibrillation", "2019"),
    cond("cond3", "Giant cell arteritis", "2026-05-30", verification="provisional"),
    cond("cond4", "Viral gastroenteritis", "2024-01-05", status="resolved"),
    cond("cond5", "Viral gastroenteritis", "2025-02-11", status="resolved"),
    cond("cond6", "Bronchopulmonary dysplasia", "1959", status="remission"),
    allergy("alg1", "Doxycycline", "Wheezing", criticality="low"),
    FamilyHistoryFact(handle="fam1", source=source("fam1"), name="Sister", relationship="Sister",
                      conditions=("Ovarian cancer",)),
    written("note1", "General practice note", "2026-11-10", "Dr. Ruth Adeyemi", REFERRAL),
    happening(EncounterFact, "enc1", "Hospital admission", "finished", start=day("2026-10-01"),
              end=day("2026-10-06"), reason="Collapse"),
    happening(EncounterFact, "enc2", "Rapid access unit visit", "finished", start=day("2026-11-02"),
              end=day("2026-11-02"), reason="Headache"),
    happening(AppointmentFact, "appt1", "Audiology", "noshow", start=day("2026-11-05")),
    happening(AppointmentFact, "appt2", "Rheumatology", "booked", start=day("2026-12-01")),
    happening(ImmunizationFact, "imm1", "Pneumococcal conjugate, 13 valent, adsorbed", "completed",
              occurred=day("2026-10-05")),
    happening(ProcedureFact, "proc1", "Temporal artery biopsy", "completed",
              performed=day("2026-06-02")),
    happening(ProcedureFact, "proc2", "Barium swallow", "not-done", performed=day("2026-07-01")),
    happening(CarePlanFact, "cp1", "Bone health plan", "revoked", start=day("2025-01-07")),
    happening(AdministrationFact, "adm1", "Naproxen 250 mg tablet", "not-done",
              start=day("2026-10-02"), reason="Patient asleep"),
)  # fmt: skip
