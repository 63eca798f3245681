"""A name of more than ninety characters, written right to left, and unusual units.

The traps: A1c in % and mmol/mol, glucose in mg/dL and mmol/L on one day, creatinine in
µmol/L; two potassium values at one instant, so that "the latest" is a pair; a note in two
scripts.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import FERRIS, NAND, ORTIZ
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, vaccine
from sandbox.charts.results import lab, labs, smoking, vitals

GIVEN = ["Abdulrahman", "Muhammad-Nuruddin", "ibn", "Abdulaziz", "ibn", "Khalid"]
FAMILY = "Al-Example al-Muhandis al-Iskandarani al-Qahiri"
ARABIC = "عبد الرحمن محمد نور الدين بن عبد العزيز"


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ09", today)
    patient(
        c,
        id="eQ09-824",
        mrn="0053-6027",
        given=GIVEN,
        family=FAMILY,
        gender="male",
        born=c.born(63, 300),
        street="1207 Specimen Boulevard",
        phone="555-0195",
        language=("ar", "Arabic"),
    )
    _names(c.patient)
    visit = open_visit(c, "Office visit", "10:40", ORTIZ, reason="Diabetes follow-up")
    condition(c, "diabetes", ORTIZ, since=3100)
    condition(c, "hyperlipidemia", ORTIZ, since=3000)
    condition(c, "ckd 3a", ORTIZ, since=500)
    allergy(c, "No known drug allergy", "409137002", ORTIZ, recorded=500)
    _medications(c)
    _results(c, visit)
    _around(c, visit)
    return c


def _names(person: Resource) -> None:
    """Besides the official name, the one in his own script and a short one."""
    person["name"] += [
        {"use": "usual", "text": ARABIC},
        {"use": "nickname", "text": "Abdul Al-Example", "family": "Al-Example", "given": ["Abdul"]},
    ]


def _medications(c: Chart) -> None:
    medication(
        c,
        "metformin 500",
        "Take 500 mg by mouth twice daily with meals",
        ORTIZ,
        dose=(500, "mg"),
        times=(2, 1, "d"),
        since=480,
    )
    medication(
        c,
        "atorvastatin 40",
        "Take 40 mg by mouth nightly",
        ORTIZ,
        dose=(40, "mg"),
        since=480,
        bedtime=True,
    )
    medication(
        c,
        "aspirin 81",
        "81 mg by mouth once daily",
        NAND,
        dose=(81, "mg"),
        since=30,
        reported=True,
    )


def _results(c: Chart, visit: Resource) -> None:
    # The same sugar twice: 126 mg/dL is 7.0 mmol/L, 7.2% is 55 mmol/mol.
    labs(c, 5, "07:30", {"a1c": 7.2, "glucose": 126}, issued="10:00")
    labs(c, 5, "07:30", {"a1c, ifcc": 55, "glucose, molar": 7.0}, issued="10:05")
    labs(c, 190, "07:30", {"a1c, ifcc": 62})
    lab(c, "creatinine, molar", 128, 190, "07:30", bounds=(62, 115))
    labs(c, 5, "07:30", {"creatinine": 1.46, "egfr": 53}, issued="10:00")
    # Two tubes, one label: a tie at one instant.
    lab(c, "potassium", 4.4, 5, "07:30", issued="10:00")
    lab(c, "potassium", 5.2, 5, "07:30", issued="10:00", comment="Second tube, slightly hemolyzed.")
    vitals(
        c, 0, "10:45", FERRIS, bp=(134, 82), pulse=72, weight=92.6, temperature=36.6, visit=visit
    )


def _around(c: Chart, visit: Resource) -> None:
    last = encounter(c, "Office visit", 190, "10:00", ORTIZ)
    note(c, "progress", 190, "10:20", ORTIZ, plain(LAST), visit=last)
    note(c, "nurse", 0, "10:48", FERRIS, plain(TODAY), visit=visit, title="Nurse intake")
    appointment(c, "Family medicine", -90, "10:00", ORTIZ, status="booked")
    family(c, ("MTH", "mother"), [("Type 2 diabetes mellitus", "44054006", 55)])
    smoking(c, "Current every day smoker", "449868002", 190)
    vaccine(c, "covid", 350)
    plan(c, "Diabetes", ["A1c below 53 mmol/mol (7.0%)"], ORTIZ, ago=190)


LAST = """Family medicine note
HbA1c 62 mmol/mol. Creatinine 128 µmol/L. Metformin 500 mg twice daily.
"""
TODAY = """Nurse intake, with an interpreter
No complaints. In his words: «لا ألم في الصدر» (no chest pain).
"""
