"""Leonard Voss: died two weeks ago; orders and an appointment outlived him.

The traps: nothing may be drafted as if he were to come; his open visit is only the ward's
paperwork; "active" orders are nobody's medicines.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import DANIEL, WHITCOMBE
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, open_visit, patient
from sandbox.charts.record import allergy, condition, plan
from sandbox.charts.results import labs, smoking, vitals

DIED = 14


def chart(today: date) -> Chart:
    """The chart as it stands today, with the record still open for paperwork."""
    c = Chart("eQ71", today)
    patient(
        c,
        id="eQ71-290",
        mrn="0040-5538",
        given=["Leonard"],
        family="Voss",
        gender="male",
        born=c.born(81, 140),
        street="90 Example Terrace",
        phone="555-0159",
        updated=DIED,
        deceasedDateTime=c.at(DIED, "04:20"),
    )
    open_visit(c, "Record completion", "09:00", WHITCOMBE, setting="VR")
    stay = encounter(
        c,
        "Hospital admission",
        19,
        "16:00",
        WHITCOMBE,
        setting="IMP",
        until=(DIED, "04:20"),
        disposition="Expired",
    )
    _lists(c, stay)
    _stay(c, stay)
    return c


def _lists(c: Chart, stay: Resource) -> None:
    condition(c, "pancreatic cancer", WHITCOMBE, since=150)
    condition(c, "back pain", WHITCOMBE, since=19, category="encounter-diagnosis", visit=stay)
    allergy(
        c,
        "Iodinated contrast",
        "",
        WHITCOMBE,
        recorded=150,
        reaction=("Hives", "126485001"),
        severity="moderate",
        criticality="high",
    )


def _stay(c: Chart, stay: Resource) -> None:
    medication(
        c,
        "morphine liquid",
        "Take 5 mg by mouth every 2 hours as needed for pain",
        WHITCOMBE,
        dose=(5, "mg"),
        times=(1, 2, "h"),
        since=18,
        as_needed="Pain",
        setting="inpatient",
        visit=stay,
    )
    vitals(c, 15, "20:00", DANIEL, bp=(82, 48), pulse=116, spo2=84, visit=stay)
    labs(c, 18, "06:00", {"creatinine": 2.2, "bilirubin": 9.4, "albumin": 2.1}, visit=stay)
    note(c, "history", 19, "17:30", WHITCOMBE, plain(ADMITTED), visit=stay)
    note(c, "discharge", DIED, "06:00", WHITCOMBE, plain(DEATH), visit=stay)
    appointment(c, "Oncology", -7, "11:00", WHITCOMBE, status="booked")
    smoking(c, "Former smoker", "8517006", 150)
    plan(c, "Comfort care", ["Comfort only", "Family at the bedside"], WHITCOMBE, ago=18)


ADMITTED = """History and physical
Pancreatic cancer with pain no longer held by tablets. Wishes comfort care only.
"""
DEATH = """Death summary
Died peacefully at 04:20 with his daughter present. No autopsy.
"""
