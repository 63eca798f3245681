"""Harold Finch: home three weeks after heart failure, nobody has seen him, weight rising.

The traps: the appointment is a noshow, not a visit; the discharge weight stands in the
summary, the later ones are told by phone; the summary and the list differ on furosemide; doses
of the stay were given and are no orders, and those of the drug on hold were not given.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.given import given
from sandbox.charts.hospital import DANIEL, EMERGENCY, FERRIS, NAND, OSEI, WARD, WHITCOMBE
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, procedure, vaccine
from sandbox.charts.results import labs, report, smoking, vitals

# Weight in kg by days ago: in hospital, at discharge (21), then at home.
WEIGHTS = {26: 91.8, 25: 89.6, 23: 87.1, 21: 85.9, 16: 86.4, 12: 87.3, 8: 88.2, 4: 89.0, 0: 89.7}
DISCHARGED = 21


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ63", today)
    patient(
        c,
        id="eQ63-550",
        mrn="0046-1172",
        given=["Harold"],
        family="Finch",
        gender="male",
        born=c.born(76, 30),
        street="3 Imaginary Avenue, Apt 2",
        phone="555-0140",
    )
    visit = open_visit(c, "Telephone visit", "11:00", OSEI, setting="VR", reason="Weight gain")
    stay = encounter(
        c,
        "Hospital admission",
        27,
        "22:40",
        WHITCOMBE,
        where=WARD,
        setting="IMP",
        until=(DISCHARGED, "12:30"),
        reason="Acute on chronic heart failure",
        disposition="Home",
    )
    encounter(c, "Emergency visit", 27, "18:05", WHITCOMBE, where=EMERGENCY, setting="EMER")
    _problems(c, stay)
    _medications(c, stay)
    _measurements(c, stay)
    _around(c, visit, stay)
    return c


def _problems(c: Chart, stay: Resource) -> None:
    condition(c, "hfref", OSEI, since=900)
    condition(c, "atrial fibrillation", OSEI, since=800)
    condition(c, "hypertension", OSEI, since=4000)
    condition(c, "hfref", WHITCOMBE, since=27, category="encounter-diagnosis", visit=stay)
    allergy(
        c,
        "Codeine",
        "",
        WHITCOMBE,
        recorded=27,
        rxnorm="2670",
        reaction=("Vomiting", "422400008"),
        severity="mild",
        criticality="low",
        category="medication",
    )


def _medications(c: Chart, stay: Resource) -> None:
    _changed_in_hospital(c, stay)
    medication(
        c,
        "metoprolol succinate 100",
        "Take 100 mg by mouth once daily",
        OSEI,
        dose=(100, "mg"),
        since=700,
    )
    medication(
        c,
        "apixaban 5",
        "Take 5 mg by mouth twice daily",
        OSEI,
        dose=(5, "mg"),
        times=(2, 1, "d"),
        since=780,
        reason="Atrial fibrillation",
    )


def _changed_in_hospital(c: Chart, stay: Resource) -> None:
    medication(
        c,
        "furosemide 40",
        "Take 40 mg by mouth twice daily",
        WHITCOMBE,
        dose=(40, "mg"),
        times=(2, 1, "d"),
        since=DISCHARGED,
        setting="discharge",
        visit=stay,
        reason="Heart failure",
    )
    held = medication(
        c,
        "lisinopril 10",
        "Take 10 mg by mouth once daily",
        OSEI,
        dose=(10, "mg"),
        since=900,
        status="on-hold",
        comment="Held in hospital for creatinine 1.9.",
    )
    _doses(c, stay, held)


def _doses(c: Chart, stay: Resource, held: Resource) -> None:
    for ago in (26, 25, 24):
        for clock, until in (("08:00", "08:30"), ("20:00", "20:30")):
            given(
                c,
                "furosemide injection",
                ago,
                clock,
                DANIEL,
                dose=(40, "mg", "mg"),
                visit=stay,
                route="intravenous",
                until=until,
            )
        given(
            c,
            "lisinopril 10",
            ago,
            "09:00",
            DANIEL,
            dose=(10, "mg", "mg"),
            visit=stay,
            order=held,
            withheld="Creatinine 1.9; held by the ward team.",
        )


def _measurements(c: Chart, stay: Resource) -> None:
    for ago, weight in WEIGHTS.items():
        inside = ago >= DISCHARGED  # later ones are from his own scale
        by, at = (DANIEL, stay) if inside else (FERRIS, None)
        vitals(c, ago, "07:10", by, weight=weight, visit=at)
    vitals(c, 26, "06:30", DANIEL, bp=(158, 94), pulse=108, spo2=89, breaths=26, visit=stay)
    vitals(c, 21, "09:00", DANIEL, bp=(124, 72), pulse=74, spo2=95, breaths=16, visit=stay)
    draws = {
        26: {"creatinine": 1.9, "egfr": 36, "potassium": 4.9, "sodium": 131, "nt-probnp": 9850},
        23: {"creatinine": 1.7, "egfr": 41, "potassium": 4.1, "sodium": 134},
        21: {"creatinine": 1.5, "egfr": 48, "potassium": 3.9, "sodium": 136, "nt-probnp": 3120},
    }
    for ago, draw in draws.items():
        found = labs(c, ago, "06:00", draw, issued="07:45", visit=stay)
        report(c, "Basic metabolic panel", "51990-0", ago, "07:45", results=found, visit=stay)


def _around(c: Chart, visit: Resource, stay: Resource) -> None:
    note(c, "history", 26, "01:10", WHITCOMBE, plain(ADMISSION), visit=stay)
    note(c, "discharge", 21, "12:10", WHITCOMBE, plain(SUMMARY), visit=stay)
    note(c, "phone", 12, "14:00", FERRIS, plain(CALL), inline=True, title="Telephone call")
    note(c, "consult", 21, "10:00", NAND, plain(PHARMACY), visit=stay, title="Pharmacy review")
    note(c, "nurse", 0, "11:02", FERRIS, plain(TODAY), visit=visit)
    appointment(c, "Heart failure clinic, after discharge", 14, "10:30", OSEI, status="noshow")
    appointment(c, "Heart failure clinic", -12, "10:30", OSEI, status="booked")
    procedure(c, "Echocardiography", "40701008", WHITCOMBE, ago=25, visit=stay, diagnostic=True)
    family(c, ("BRO", "brother"), [("Heart attack", "22298006", 58)])
    smoking(c, "Former smoker", "8517006", 26)
    vaccine(c, "influenza", 400)
    plan(
        c,
        "After discharge",
        ["Clinic within 7 days", "Daily weight; call above 87 kg", "Basic panel in one week"],
        WHITCOMBE,
        ago=DISCHARGED,
    )


ADMISSION = """History and physical
Ten days of swelling and breathlessness lying flat. Denies chest pain.
Ran out of furosemide two weeks ago. Oxygen 89% on air. Weight 91.8 kg.
"""
SUMMARY = """Discharge summary
Acute on chronic heart failure. Diuresed with intravenous furosemide.
Weight at discharge 85.9 kg. Creatinine 1.5.
Medicines: furosemide 40 mg once daily, metoprolol succinate 100 mg daily, apixaban 5 mg twice
daily. Lisinopril held until seen in clinic.
Follow-up: heart failure clinic within 7 days.
"""
CALL = """Telephone call. Home weight 87.3 kg, two pillows. Missed his clinic visit: no ride.
Asked to call back if weight rises. Message left for the clinic.
"""
PHARMACY = """Pharmacy review at discharge. Furosemide raised to 40 mg twice daily.
"""
TODAY = """Weight at home 89.7 kg. Sleeps in a chair. Denies chest pain.
"""
