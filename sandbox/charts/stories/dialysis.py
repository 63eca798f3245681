"""Walter Okafor: three years of dialysis, more than two thousand observations.

The traps: sheer number; pre- and post-dialysis weights on one day; a stay in intensive
care where one test has four values a day; the same swing again and again, so that only
the newest of hundreds is "the latest".
"""

from __future__ import annotations

from datetime import date
from math import sin

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import DANIEL, DIALYSIS, FERRIS, LINDQVIST, WARD, WHITCOMBE
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, procedure, vaccine
from sandbox.charts.results import labs, smoking, vitals

# Middle and swing of each monthly test, and its digits after the point.
MONTHLY = {
    "potassium": (5.2, 0.6, 1), "sodium": (137, 3, 0), "bicarbonate": (22, 2, 0),
    "calcium": (8.9, 0.5, 1), "phosphate": (5.6, 1.1, 1), "albumin": (3.7, 0.2, 1),
    "hemoglobin": (10.6, 0.8, 1), "platelets": (205, 30, 0), "leukocytes": (6.9, 1.2, 1),
    "creatinine": (8.4, 1.1, 1), "urea": (58, 12, 0), "pth": (410, 120, 0),
    "ferritin": (620, 180, 0), "glucose": (112, 18, 0),
}  # fmt: skip
INTENSIVE = {
    "potassium": (4.6, 0.9, 1), "sodium": (138, 4, 0), "bicarbonate": (20, 4, 0),
    "lactate": (2.4, 1.3, 1), "glucose": (148, 40, 0), "hemoglobin": (8.9, 0.7, 1),
    "leukocytes": (15.2, 4, 1), "platelets": (151, 25, 0), "calcium": (8.4, 0.4, 1),
    "magnesium": (2.0, 0.3, 1),
}  # fmt: skip
STAY = range(205, 199, -1)


def chart(today: date) -> Chart:
    """The chart as it stands at the session of today."""
    c = Chart("eQ44", today)
    patient(
        c,
        id="eQ44-207",
        mrn="0041-6650",
        given=["Walter"],
        family="Okafor",
        gender="male",
        born=c.born(59, 280),
        street="48 Fictional Drive",
        phone="555-0164",
    )
    visit = open_visit(c, "Hemodialysis session", "07:00", LINDQVIST, where=DIALYSIS)
    _lists(c)
    _medications(c)
    _years(c)
    _intensive_care(c)
    vitals(c, 0, "07:05", FERRIS, bp=(152, 84), pulse=78, weight=84.3, visit=visit)
    labs(c, 0, "07:10", {"potassium": 5.6, "hemoglobin": 10.1}, issued="08:30", visit=visit)
    _around(c, visit)
    return c


def _wave(step: int, middle: float, swing: float, digits: int) -> float:
    """Looks like a patient, and is the same each time."""
    value = round(middle + swing * sin(step * 1.7) * sin(step * 0.13 + middle), digits)
    return int(value) if digits == 0 else value


def _years(c: Chart) -> None:
    for step, ago in enumerate(range(1092, 0, -14)):
        draw = {key: _wave(step, *shape) for key, shape in MONTHLY.items()}
        labs(c, ago, "07:10", draw, issued="11:00")
    for step, ago in enumerate(range(1090, 0, -7)):
        before = _wave(step, 84.5, 1.2, 1)
        systolic = int(_wave(step, 150, 14, 0))
        vitals(
            c,
            ago,
            "07:05",
            FERRIS,
            bp=(systolic, 82),
            pulse=int(_wave(step, 76, 7, 0)),
            weight=before,
        )
        vitals(c, ago, "11:10", FERRIS, bp=(systolic - 18, 74), weight=round(before - 2.4, 1))


def _intensive_care(c: Chart) -> None:
    stay = encounter(
        c,
        "Hospital admission",
        STAY[0],
        "03:20",
        WHITCOMBE,
        where=WARD,
        setting="IMP",
        until=(STAY[-1], "14:00"),
        reason="Sepsis from dialysis catheter",
        disposition="Home",
    )
    clocks = ("04:00", "10:00", "16:00", "22:00")
    times = [(ago, clock) for ago in STAY for clock in clocks]
    for step, (ago, clock) in enumerate(times[:-2]):
        draw = {key: _wave(step, *shape) for key, shape in INTENSIVE.items()}
        labs(c, ago, clock, draw, visit=stay)
        vitals(
            c,
            ago,
            clock,
            DANIEL,
            pulse=int(_wave(step, 98, 14, 0)),
            spo2=int(_wave(step, 94, 3, 0)),
            visit=stay,
        )
    note(c, "discharge", STAY[-1], "13:00", WHITCOMBE, plain(SUMMARY), visit=stay)


def _lists(c: Chart) -> None:
    condition(c, "esrd", LINDQVIST, since=1150)
    condition(c, "renal anemia", LINDQVIST, since=1100)
    condition(c, "hyperparathyroidism", LINDQVIST, since=900)
    condition(c, "hypertension", LINDQVIST, since=5000)
    allergy(
        c,
        "Vancomycin",
        "",
        WHITCOMBE,
        recorded=203,
        rxnorm="11124",
        reaction=("Flushing", ""),
        severity="moderate",
        criticality="low",
        comment="During a fast infusion; tolerated slowly.",
    )


def _medications(c: Chart) -> None:
    medication(
        c,
        "sevelamer 800",
        "Take 1,600 mg by mouth three times daily with meals",
        LINDQVIST,
        dose=(1600, "mg"),
        times=(3, 1, "d"),
        since=800,
    )
    medication(
        c,
        "epoetin",
        "4,000 units intravenously three times a week at dialysis",
        LINDQVIST,
        dose=(4000, "units"),
        times=(3, 1, "wk"),
        route="intravenous",
        since=400,
        setting="outpatient",
        reason="Anemia in chronic kidney disease",
    )
    medication(
        c, "amlodipine 5", "Take 5 mg by mouth once daily", LINDQVIST, dose=(5, "mg"), since=1000
    )


def _around(c: Chart, visit: Resource) -> None:
    note(c, "nurse", 0, "07:08", FERRIS, plain(TODAY), visit=visit)
    for month in range(1, 13):
        ago = 30 * month
        seen = encounter(c, "Hemodialysis session", ago, "07:00", LINDQVIST, where=DIALYSIS)
        note(c, "progress", ago, "09:00", LINDQVIST, plain(MONTH), visit=seen)
    appointment(c, "Transplant evaluation", -40, "13:00", LINDQVIST, status="booked")
    procedure(
        c,
        "Arteriovenous fistula creation, left forearm",
        "",
        WHITCOMBE,
        ago=1160,
        side="left",
        site="forearm",
    )
    family(c, ("BRO", "brother"), [("Kidney failure", "42399005", 49)])
    smoking(c, "Never smoked tobacco", "266919005", 360)
    vaccine(c, "hepatitis b", 1000)
    plan(c, "Dialysis", ["Three sessions a week", "Dry weight 82.0 kg"], LINDQVIST, ago=30)


SUMMARY = """Discharge summary
Sepsis from the dialysis catheter, six days, catheter removed. Cultures grew a staphylococcus.
Flushing with fast vancomycin infusion. No fistula problems.
"""
MONTH = """Dialysis note
Three sessions a week, left forearm fistula. Tolerates sessions. Dry weight 82.0 kg.
"""
TODAY = """Before dialysis: weight 84.3 kg, 2.3 kg above dry weight. Ankles slightly swollen.
"""
