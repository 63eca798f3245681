"""Mateo Alvarado, seven: asthma, and diabetes that is his mother's.

The traps: diabetes stands in the family history and in a note, never on his own list;
doses by weight; a vaccine refused; growth that makes an adult's reference range wrong.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import BRANDVOLD, FERRIS
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, vaccine
from sandbox.charts.results import lab, vitals

# Weight in kg and height in cm by days ago.
GROWTH = {
    1825: (11.2, 82.0),
    1460: (13.6, 93.5),
    1095: (15.9, 101.2),
    730: (18.1, 108.4),
    365: (20.6, 115.1),
}
VACCINES = {"hepatitis b": 2660, "dtap": 1900, "polio": 1900, "mmr": 2300, "varicella": 2300}


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ35", today)
    patient(
        c,
        id="eQ35-066",
        mrn="0052-0815",
        given=["Mateo"],
        family="Alvarado",
        gender="male",
        born=c.born(7, 110),
        street="5 Pretend Place",
        phone="555-0171",
        contact=[{"relationship": [{"text": "Mother"}], "name": {"text": "Lucia Alvarado"}}],
    )
    visit = open_visit(c, "Well child visit", "15:00", BRANDVOLD, reason="Seven-year check")
    _lists(c, visit)
    _measurements(c, visit)
    _notes(c, visit)
    for key, ago in VACCINES.items():
        vaccine(c, key, ago)
    vaccine(c, "influenza", 20, status="not-done")
    appointment(c, "Asthma review", -120, "15:30", BRANDVOLD, status="booked")
    appointment(c, "Well child visit", 370, "15:00", BRANDVOLD, status="fulfilled")
    plan(
        c,
        "Asthma action plan",
        ["Green: fluticasone twice daily", "Yellow: add albuterol"],
        BRANDVOLD,
        ago=120,
    )
    return c


def _lists(c: Chart, visit: Resource) -> None:
    condition(c, "asthma", BRANDVOLD, since=1100, comment="Mild persistent.")
    condition(c, "eczema", BRANDVOLD, since=2300)
    condition(c, "well child", BRANDVOLD, since=0, category="encounter-diagnosis", visit=visit)
    allergy(
        c,
        "Egg",
        "",
        BRANDVOLD,
        recorded=1200,
        category="food",
        reaction=("Hives", "126485001"),
        severity="mild",
        criticality="low",
    )
    family(c, ("MTH", "mother"), [("Type 1 diabetes mellitus", "46635009", 11)])
    family(c, ("FTH", "father"), [("Asthma", "195967001", 6)])
    family(c, ("MGRFTH", "maternal grandfather"), [("Heart attack", "22298006", 49)], died=49)
    medication(
        c,
        "fluticasone",
        "Inhale 1 puff twice daily with a spacer",
        BRANDVOLD,
        dose=(1, "puff"),
        times=(2, 1, "d"),
        route="inhaled",
        since=120,
        reason="Asthma",
    )
    medication(
        c,
        "albuterol",
        "Inhale 2 puffs every 4 hours as needed for wheezing",
        BRANDVOLD,
        dose=(2, "puff"),
        times=(1, 4, "h"),
        route="inhaled",
        since=600,
        as_needed="Wheezing",
    )


def _measurements(c: Chart, visit: Resource) -> None:
    for ago, (weight, height) in GROWTH.items():
        vitals(c, ago, "15:05", FERRIS, weight=weight, height=height)
    vitals(
        c, 0, "15:06", FERRIS, bp=(98, 60), pulse=88, weight=23.2, height=121.6, bmi=15.7, temperature=36.8,
        breaths=20, spo2=99, visit=visit,
    )  # fmt: skip
    lab(c, "glucose", 88, 120, "09:00", bounds=(60, 100))
    lab(c, "hemoglobin", 12.1, 120, "09:00", bounds=(11.5, 15.5))


def _notes(c: Chart, visit: Resource) -> None:
    last = encounter(c, "Office visit", 120, "09:30", BRANDVOLD)
    note(c, "progress", 120, "09:50", BRANDVOLD, plain(SUMMER), visit=last)
    note(c, "nurse", 0, "15:08", FERRIS, plain(TODAY), visit=visit, title="Nurse intake")


SUMMER = """Pediatrics note
Wheezed twice this month. Started fluticasone 44 mcg, one puff twice daily.
Family history: mother has type 1 diabetes since age 11. Mateo was tested: glucose 88, normal.
He does not have diabetes.
"""
TODAY = """Nurse intake
Here with his mother. Sleeps through, runs without wheeze. Weight 23.2 kg, height 121.6 cm.
Mother declined the flu vaccine today. Mother has diabetes and checks her own glucose.
"""
