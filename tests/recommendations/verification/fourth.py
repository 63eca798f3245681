"""A fourth invented patient: values of several days, two drugs in one tablet, lists with more on them."""

from recommendations.clinical.facts import (
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

CONSULT = (
    "Cardiology clinic note\nMild aortic stenosis. Suggest resuming losartan once sodium is above 132. "
    "Moderate pleural effusion on the left.\nWeight stable, no edema."
)
FOURTH: tuple[Fact, ...] = (
    DemographicsFact(
        handle="dem1", source=source("dem1"), name="Patient", age=58, age_text="58 years", sex="male"
    ),
    lab("lab1", "Sodium", "131", "mmol/L", "2026-11-16", code="2951-2", low="135", high="145"),
    lab("lab2", "Sodium", "127", "mmol/L", "2026-11-14", code="2951-2", low="135", high="145"),
    lab("lab3", "Potassium", "4.1", "mmol/L", "2026-11-14", code="2823-3", low="3.5", high="5.1"),
    lab("lab4", "Chloride", "98", "mmol/L", "2026-11-14", code="2075-0"),
    lab("lab5", "Leukocytes", "7.2", "10*3/uL", "2026-11-14", code="6690-2"),
    lab("lab6", "Creatinine", "1.9", "mg/dL", "2026-11-16", code="2160-0", low="0.6", high="1.2"),
    lab("lab7", "Platelets", "210", "10*3/uL", "2026-11-14", code="777-3"),
    lab("lab8", "Creatinine", "1.4", "mg/dL", "2025-10-02", code="2160-0", low="0.6", high="1.2"),
    lab("vit1", "Body weight", "82.5", "kg", "2026-11-14", code="29463-7", category="vital-signs"),
    lab("vit2", "Body height", "171", "cm", "2026-03-02", code="8302-2", category="vital-signs"),
    lab("vit3", "Body temperature", "37.9", "\u00b0C", "2026-11-14", code="8310-5",
        category="vital-signs"),
    pressure("vit4", "152", "84", "2025-10-02"),
    med("med1", "Losartan 50 mg oral tablet", ("50", "mg"), "2026-02-03", status="on-hold",
        strength="50 mg", route="oral", frequency="daily"),
    med("med2", "Hydrochlorothiazide 25 mg oral tablet", ("25", "mg"), "2025-06-09", status="stopped",
        strength="25 mg", route="oral", frequency="daily"),
    med("med3", "Sacubitril 49 MG / Valsartan 51 MG Oral Tablet", None, "2026-11-15"),
    med("med4", "Torsemide 20 mg oral tablet", ("40", "mg"), "2026-11-15", strength="20 mg",
        route="oral", frequency="twice daily"),
    med("med5", "Aspirin 81 mg oral tablet", ("81", "mg"), "2026-01-05", strength="81 mg",
        route="oral", frequency="daily"),
    cond("cond1", "Osteoarthritis of hip", "2018", laterality="left"),
    cond("cond2", "Rheumatoid arthritis", "2012"),
    cond("cond3", "Cellulitis of leg", "2024-03-05", status="resolved"),
    cond("cond4", "Gout", "2019"),
    cond("cond5", "Acute bronchitis", "2023-01-04", status="resolved"),
    cond("cond6", "Acute bronchitis", "2025-02-11", status="resolved"),
    allergy("alg1", "Cefadroxil", "Hives", criticality="low"),
    allergy("alg2", "Codeine", "Nausea", criticality="low"),
    allergy("alg3", "Adhesive tape", "Rash", criticality="low"),
    FamilyHistoryFact(handle="fam1", source=source("fam1"), name="Brother", relationship="Brother",
                      conditions=("Hyponatremia",)),
    written("note1", "Cardiology clinic note", "2026-11-15", "Dr. Ines Varga", CONSULT),
    written("note2", "Patient message", "2026-11-10", "Patient", "My ankles swell in the evening."),
    happening(EncounterFact, "enc1", "Hospital admission", "in-progress", start=day("2026-11-14"),
              reason="Shortness of breath"),
    happening(EncounterFact, "enc2", "Encounter for check up (procedure)", "finished",
              start=day("2026-03-02"), end=day("2026-03-02"), reason="Rheumatoid arthritis"),
    happening(EncounterFact, "enc3", "Telephone visit", "finished", start=day("2026-10-20"),
              end=day("2026-10-20")),
    happening(ImmunizationFact, "imm1", "Influenza, seasonal, injectable", "completed",
              occurred=day("2026-10-05")),
    happening(ProcedureFact, "proc1", "Implantation of pacemaker", "completed",
              performed=day("2022-05-06")),
)  # fmt: skip
