"""Agnes Thorne: warfarin with naproxen, INR 4.1; left knee replaced, clot in the right leg.

The traps: two sides in one chart; pain in the right knee while the left one is artificial;
the INR goal is 2 to 3, which is not the laboratory's range; naproxen came from another clinic.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import FERRIS, KELLER, NAND, ORTIZ, WHITCOMBE
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, procedure, vaccine
from sandbox.charts.results import lab, labs, report, smoking, vitals

INR = {88: 1.4, 81: 1.9, 74: 2.3, 60: 2.6, 46: 2.4, 32: 2.7, 18: 2.9, 4: 3.6, 0: 4.1}


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ27", today)
    patient(
        c,
        id="eQ27-731",
        mrn="0043-2906",
        given=["Agnes", "M."],
        family="Thorne",
        gender="female",
        born=c.born(79, 15),
        street="62 Invented Crescent",
        phone="555-0108",
    )
    visit = open_visit(c, "Anticoagulation visit", "09:40", NAND, reason="INR check")
    _problems(c, visit)
    _medications(c)
    for ago, value in INR.items():
        at = visit if ago == 0 else None
        lab(c, "inr", value, ago, "09:45", visit=at, comment="Therapeutic goal 2.0 to 3.0.")
    labs(c, 18, "08:10", {"hemoglobin": 12.3, "platelets": 244, "creatinine": 0.98, "egfr": 58})
    labs(c, 0, "09:45", {"hemoglobin": 11.4}, issued="10:20", visit=visit)
    vitals(c, 0, "09:42", FERRIS, bp=(138, 76), pulse=80, weight=63.5, spo2=97, visit=visit)
    _around(c, visit)
    return c


def _problems(c: Chart, visit: Resource) -> None:
    condition(c, "right leg dvt", WHITCOMBE, since=92, side="right", site="lower leg")
    condition(c, "left knee replaced", WHITCOMBE, since=108, side="left", site="knee")
    condition(
        c,
        "left knee arthritis",
        ORTIZ,
        since=3000,
        status="resolved",
        until=108,
        side="left",
        site="knee",
    )
    condition(c, "hypertension", ORTIZ, since=6000)
    condition(
        c,
        "right knee pain",
        NAND,
        since=0,
        category="encounter-diagnosis",
        visit=visit,
        side="right",
        site="knee",
    )
    allergy(
        c,
        "Codeine",
        "",
        ORTIZ,
        recorded=1200,
        rxnorm="2670",
        reaction=("Nausea", "422587007"),
        severity="mild",
        criticality="low",
        comment="Intolerance rather than allergy.",
    )


def _medications(c: Chart) -> None:
    medication(
        c,
        "warfarin 5",
        "Take 5 mg by mouth every evening, 7.5 mg on Mondays",
        WHITCOMBE,
        dose=(5, "mg"),
        since=90,
        reason="Deep vein thrombosis of right leg",
    )
    medication(
        c,
        "naproxen 500",
        "Take 500 mg by mouth twice daily with food",
        ORTIZ,
        dose=(500, "mg"),
        times=(2, 1, "d"),
        since=9,
        reason="Right knee pain",
        comment="From the walk-in clinic.",
    )
    medication(
        c, "amlodipine 5", "Take 5 mg by mouth once daily", ORTIZ, dose=(5, "mg"), since=1400
    )
    medication(
        c,
        "acetaminophen 500",
        "Take 1,000 mg by mouth every 8 hours as needed for pain",
        WHITCOMBE,
        dose=(1000, "mg"),
        times=(1, 8, "h"),
        since=105,
        as_needed="Pain",
    )


def _around(c: Chart, visit: Resource) -> None:
    stay = encounter(
        c,
        "Hospital admission",
        108,
        "06:30",
        WHITCOMBE,
        setting="IMP",
        until=(105, "11:00"),
        disposition="Home",
    )
    procedure(
        c,
        "Total replacement of left knee",
        "609588000",
        WHITCOMBE,
        ago=108,
        side="left",
        site="knee",
        visit=stay,
    )
    scan = encounter(c, "Emergency visit", 92, "19:00", WHITCOMBE, setting="EMER")
    report(
        c,
        "Duplex ultrasound of the right leg",
        "",
        92,
        "20:10",
        category=("RUS", "Radiology Ultrasound"),
        by=KELLER,
        conclusion="Clot in the right popliteal vein. Left leg veins open.",
        visit=scan,
    )
    note(c, "discharge", 105, "10:30", WHITCOMBE, plain(SURGERY), visit=stay)
    note(c, "progress", 92, "21:00", WHITCOMBE, plain(CLOT), visit=scan)
    note(c, "nurse", 0, "09:44", FERRIS, plain(TODAY), visit=visit, title="Nurse intake")
    _ahead_and_behind(c)


def _ahead_and_behind(c: Chart) -> None:
    appointment(c, "Anticoagulation visit", -7, "09:40", NAND, status="booked")
    family(c, ("NSIS", "sister"), [("Pulmonary embolism", "59282003", 64)])
    smoking(c, "Never smoked tobacco", "266919005", 92)
    vaccine(c, "pneumococcal", 1300)
    plan(c, "Anticoagulation", ["INR 2.0 to 3.0 for three months", "No NSAIDs"], WHITCOMBE, ago=90)


SURGERY = """Discharge summary
Left total knee replacement. Walks with a frame. Right knee: mild arthritis, no surgery planned.
"""
CLOT = """Emergency note
Right calf swollen two weeks after left knee replacement. Denies chest pain and breathlessness.
Ultrasound: clot in the right popliteal vein. No clot on the left. Start warfarin.
"""
TODAY = """Nurse intake
Bruises on both arms. Denies black stools. Right knee aches; started naproxen nine days ago.
No bleeding from the gums.
"""
