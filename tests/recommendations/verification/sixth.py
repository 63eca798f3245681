"""A sixth invented patient: old values, two allergies, a mixed insulin, sites with a side."""

from recommendations.clinical.facts import (
    AppointmentFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    ProcedureFact,
)
from tests.recommendations.verification.facts import (
    allergy,
    cond,
    day,
    event,
    lab,
    med,
    pressure,
    source,
)

SIXTH: tuple[Fact, ...] = (
    DemographicsFact(
        handle="dem1", source=source("dem1"), name="Patient", age=71, age_text="71 years", sex="male"
    ),
    lab("lab1", "Ferritin", "9", "ug/L", "2026-04-02", code="2276-4", low="15", high="150"),
    lab("lab2", "Sodium", "139", "mmol/L", "2026-11-16", code="2951-2", low="135", high="145"),
    lab("lab3", "Blood group", None, when="2019-03-02", text="A positive"),
    lab("lab4", "Cortisol", None, when="2026-11-16", status="registered"),
    lab("lab5", "Aldosterone", "310", "pmol/L", "2026-11-16", status="preliminary"),
    pressure("vit1", "96", "58", "2026-11-09"),
    pressure("vit2", "104", "62", "2026-10-09").model_copy(
        update={"name": "Blood pressure lying", "codings": ()}
    ),
    med("med1", "Insulin lispro protamine 75 UNT/ML / Insulin lispro 25 UNT/ML Injectable Suspension",
        None, "2026-08-04"),
    med("med2", "Promethazine 25 MG Oral Tablet", None, "2026-08-04", as_needed=True),
    med("med3", "Beclomethasone dipropionate 80 mcg inhaler", ("2", "puffs"), "2026-08-04",
        strength="80 mcg", route="inhalation", frequency="twice daily"),
    med("med4", "Naproxen 250 mg tablet", ("250", "mg"), "2026-11-02", strength="250 mg",
        route="oral", frequency="twice daily", dosage_text="Take 250 mg by mouth twice daily"),
    allergy("alg1", "Hazelnut", "Angioedema", criticality="high"),
    allergy("alg2", "Birch pollen", "Sneezing"),
    allergy("alg3", "Cashew", "Angioedema"),
    cond("cond1", "Osteomyelitis", "2026-11-02", laterality="left", body_site="Left heel"),
    cond("cond2", "Cellulitis", "2026-11-02").model_copy(
        update={"category": "encounter-diagnosis"}
    ),
    event(ProcedureFact, "proc1", "Incision and drainage", "completed", performed=day("2026-11-03"),
          laterality="right", body_site="Right forearm"),
    event(EncounterFact, "enc1", "Hospital admission", "finished", start=day("2026-11-02"),
          end=day("2026-11-08"), reason="Collapse at home", encounter_class="inpatient"),
    event(EncounterFact, "enc2", "Hospital admission", "finished", start=day("2026-05-02"),
          end=day("2026-05-04"), reason="Hernia repair", encounter_class="inpatient"),
    event(AppointmentFact, "appt1", "Podiatry", "noshow", start=day("2026-11-05")),
    event(AppointmentFact, "appt2", "Dietitian", "booked", start=day("2026-12-01")),
)  # fmt: skip
