"""What Ruth Halloway's last year left behind: visits, measurements, notes."""

from __future__ import annotations

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import FERRIS, HEART_CLINIC, KELLER, NAND, ORTIZ, OSEI
from sandbox.charts.notes import note, plain
from sandbox.charts.people import encounter
from sandbox.charts.results import lab, labs, report, vitals

# Visits before today's: days ago, what, with whom, when in the day.
VISITS = {
    21: ("Office visit", OSEI, "10:15"),
    56: ("Office visit", OSEI, "10:00"),
    105: ("Office visit", ORTIZ, "09:40"),
    158: ("Echocardiogram and ECG", KELLER, "15:05"),
    196: ("Office visit", OSEI, "10:00"),
    231: ("Office visit", OSEI, "10:00"),
    259: ("Office visit", ORTIZ, "11:20"),
    287: ("Telephone visit", FERRIS, "16:00"),
    315: ("Office visit", OSEI, "10:00"),
    336: ("Medication review", NAND, "14:30"),
    357: ("Office visit", OSEI, "10:00"),
}

# Blood pressure, pulse, weight (kg), oxygen saturation (%) at those visits.
MEASURED = {
    21: ((122, 72), 60, 72.0, 96),
    56: ((124, 74), 61, 72.4, 96),
    105: ((126, 76), 62, 72.9, 97),
    196: ((128, 76), 64, 73.1, 97),
    231: ((130, 78), 64, 73.6, 96),
    259: ((132, 80), 66, 73.8, 96),
    315: ((134, 80), 68, 74.2, 95),
    357: ((136, 82), 70, 74.9, 95),
}

RECENT_TESTS = ("potassium", "creatinine", "egfr", "bicarbonate", "sodium")
RECENT = {
    85: (4.6, 1.48, 38, 24, 139),
    56: (4.5, 1.50, 38, 24, 138),
    21: (4.9, 1.56, 36, 23, 138),
    11: (5.3, 1.61, 35, 22, 137),
    0: (5.9, 1.68, 33, 21, 137),
}
EARLIER_TESTS = ("potassium", "creatinine", "egfr", "nt-probnp")
EARLIER = {
    357: (4.2, 1.38, 42, 1980),
    336: (4.3, 1.40, 41, 1850),
    315: (4.2, 1.41, 41, 1790),
    287: (4.4, 1.40, 41, 1600),
    259: (4.3, 1.43, 40, 1520),
    231: (4.4, 1.44, 40, 1410),
    196: (4.3, 1.45, 39, 1300),
    158: (4.5, 1.46, 39, 1240),
}
UNCHANGING = {
    "bicarbonate": 25, "sodium": 139, "chloride": 102, "urea": 25, "glucose": 142, "calcium": 9.4,
    "magnesium": 2.0, "phosphate": 3.6, "albumin": 4.0, "alt": 22, "ast": 24, "leukocytes": 6.8,
    "hemoglobin": 12.4, "hematocrit": 37.5, "platelets": 231, "ldl": 74, "tsh": 2.1,
}  # fmt: skip


def visits(c: Chart) -> dict[int, Resource]:
    """Encounters by days ago, with what was measured at them."""
    found = {}
    for ago, (kind, by, clock) in VISITS.items():
        setting = "VR" if kind == "Telephone visit" else "AMB"
        place = None if by is ORTIZ else HEART_CLINIC
        found[ago] = encounter(c, kind, ago, clock, by, where=place, setting=setting)
    for ago, (bp, pulse, weight, spo2) in MEASURED.items():
        _, by, clock = VISITS[ago]
        at = found[ago]
        vitals(c, ago, clock, by, bp=bp, visit=at, pulse=pulse, weight=weight, spo2=spo2)
    return found


def results(c: Chart, visit: Resource, visits: dict[int, Resource]) -> None:
    """Thirteen draws; those of the last 90 days are the ones the story turns on."""
    vitals(c, 0, "13:18", FERRIS, bp=(118, 70), pulse=58, weight=71.2, spo2=96, visit=visit)
    for ago, values in EARLIER.items():
        draw = dict(zip(EARLIER_TESTS, values, strict=True)) | UNCHANGING
        _panel(c, "Comprehensive metabolic panel", ago, draw, visits.get(ago))
    for ago, figures in RECENT.items():
        draw = dict(zip(RECENT_TESTS, figures, strict=True))
        draw |= {"chloride": 103, "urea": 28, "glucose": 138, "calcium": 9.3}
        _panel(c, "Basic metabolic panel", ago, draw, visits.get(ago) if ago else visit)
    labs(c, 85, "08:20", {"a1c": 7.4}, issued="11:30")


def _panel(c: Chart, name: str, ago: int, draw: dict[str, float], visit: Resource | None) -> None:
    clock, out = ("08:20", "11:30") if ago else ("13:22", "14:02")
    found = [
        lab(c, key, value, ago, clock, issued=out, visit=visit, id=_id(key, ago))
        for key, value in draw.items()
    ]
    loinc = {"Basic metabolic panel": "51990-0", "Comprehensive metabolic panel": "24323-8"}[name]
    report(c, name, loinc, ago, out, results=found, visit=visit)


def _id(key: str, ago: int) -> str | None:
    """The one result the screens were drawn with keeps its name."""
    return "eK7Q-8841" if key == "potassium" and ago == 0 else None


def notes(c: Chart, visit: Resource, visits: dict[int, Resource]) -> None:
    """Forty-one notes in a year, and one from before."""
    note(c, "nurse", 0, "13:20", FERRIS, plain(INTAKE), visit=visit, title="Nurse intake")
    note(c, "progress", 21, "10:15", OSEI, plain(OCTOBER), visit=visits[21], title="Clinic note")
    note(c, "progress", 105, "09:40", ORTIZ, plain(AUGUST), visit=visits[105], title="Clinic note")
    note(
        c,
        "imaging",
        158,
        "15:05",
        KELLER,
        plain(ECHO),
        visit=visits[158],
        title="Echocardiogram and ECG",
    )
    for ago in sorted(set(VISITS) - {21, 105, 158}):
        kind, by, clock = VISITS[ago]
        text = f"{kind}. No orthopnea. Medicines taken as listed. Plan unchanged."
        note(c, "progress", ago, clock, by, plain(text), visit=visits[ago], title=kind)
    for call in range(29):
        ago = 14 + 12 * call
        weight = 71.9 + round(ago / 120, 1)
        text = f"Routine call. Home weight {weight:.1f} kg. No new swelling."
        note(c, "phone", ago, "16:10", FERRIS, plain(text), inline=True, title="Telephone call")
    note(c, "discharge", 440, "12:00", OSEI, plain(OLD_STAY), title="Discharge summary")


INTAKE = """Nurse intake
Feels more tired this week. Denies chest pain, palpitations and syncope.
Takes ibuprofen 400 mg two or three times a week for knee pain.
Uses a salt substitute since last month.
BP 118/70, pulse 58. Weight 71.2 kg.
Allergies reviewed: penicillin, anaphylaxis.
"""
OCTOBER = """Heart failure clinic note
Subjective: stable, walks two blocks. No orthopnea.
Objective: BP 122/72, pulse 60, weight 72.0 kg. Potassium 4.9, creatinine 1.56, eGFR 36.
Assessment: heart failure with reduced ejection fraction, NYHA class II. CKD stage 3b.
Plan: raise spironolactone from 12.5 mg to 25 mg daily. Potassium in 10 days.
"""
AUGUST = """Family medicine note
Subjective: knees ache after stairs; acetaminophen helps a little.
Medications: spironolactone 12.5 mg daily started today, lisinopril 20 mg daily,
furosemide 40 mg daily, metoprolol succinate 100 mg daily, metformin 1,000 mg twice daily.
Plan: avoid NSAIDs. Labs in three weeks.
"""
ECHO = """Echocardiogram: left ventricular ejection fraction 35%. Mild mitral regurgitation.
No pericardial effusion.
ECG: sinus rhythm, 64 per minute. No peaked T waves. QRS 104 ms.
"""
OLD_STAY = """Discharge summary
Four days in hospital for heart failure with fluid overload. Diuresed 5 kg.
Discharged home on furosemide 40 mg daily. Penicillin allergy confirmed with the patient.
"""
