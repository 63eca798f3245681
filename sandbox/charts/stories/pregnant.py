"""Hannah Lindgren: eighteen weeks pregnant, still on lisinopril, results awaited.

The traps: lisinopril and labetalol are both active; the reports are registered and hold
no result, which is neither normal nor abnormal; the due date is a date ahead.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource, concept
from sandbox.charts.hospital import ADEYEMI, FERRIS, ORTIZ
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, order, plan, vaccine
from sandbox.charts.results import finding, labs, report, smoking, vitals

LAST_PERIOD = 126
TERM = 280


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ52", today)
    patient(
        c,
        id="eQ52-649",
        mrn="0054-1183",
        given=["Hannah"],
        family="Lindgren",
        gender="female",
        born=c.born(33, 20),
        street="29 Make-Believe Lane",
        phone="555-0128",
    )
    visit = open_visit(c, "First obstetric visit", "13:30", ADEYEMI, reason="Prenatal care")
    condition(c, "hypertension", ORTIZ, since=1500)
    condition(c, "pregnancy", ADEYEMI, since=LAST_PERIOD)
    condition(
        c,
        "hypertension in pregnancy",
        ADEYEMI,
        since=0,
        category="encounter-diagnosis",
        visit=visit,
    )
    allergy(
        c,
        "Nitrofurantoin",
        "",
        ORTIZ,
        recorded=800,
        reaction=("Rash", "271807003"),
        severity="mild",
        criticality="low",
    )
    _medications(c)
    _results(c, visit)
    _around(c, visit)
    return c


def _medications(c: Chart) -> None:
    medication(
        c,
        "lisinopril 20",
        "Take 20 mg by mouth once daily",
        ORTIZ,
        dose=(20, "mg"),
        since=430,
        reason="Hypertension",
    )
    medication(
        c,
        "labetalol 200",
        "Take 200 mg by mouth twice daily",
        ADEYEMI,
        dose=(200, "mg"),
        times=(2, 1, "d"),
        since=0,
        clock="13:52",
        reason="Hypertension in pregnancy",
    )
    medication(
        c,
        "prenatal vitamin",
        "1 tablet by mouth once daily",
        ADEYEMI,
        dose=(1, "tablet"),
        since=60,
        reported=True,
    )


def _results(c: Chart, visit: Resource) -> None:
    pregnant = {
        "valueCodeableConcept": concept(
            "Pregnant", ("http://snomed.info/sct", "77386006", "Pregnant")
        )
    }
    due = {"valueDateTime": c.day(LAST_PERIOD - TERM)}
    finding(
        c,
        "Pregnancy status",
        0,
        "13:40",
        category="social-history",
        loinc="82810-3",
        value=pregnant,
    )
    finding(
        c, "Estimated date of delivery", 0, "13:40", category="exam", loinc="11778-8", value=due
    )
    found = labs(
        c, 60, "08:00", {"hemoglobin": 11.8, "platelets": 261, "creatinine": 0.6, "tsh": 1.4}
    )
    report(c, "Prenatal panel", "", 60, "11:00", results=found)
    for name, loinc in (("Complete blood count", "58410-2"), ("Urine protein/creatinine", "")):
        order(c, name, ADEYEMI, ago=0, clock="13:50", loinc=loinc, visit=visit)
        report(c, name, loinc, 0, "13:55", status="registered", visit=visit)
    vitals(c, 0, "13:36", FERRIS, bp=(146, 92), pulse=86, weight=71.9, visit=visit)
    vitals(c, 430, "09:10", FERRIS, bp=(138, 88), panel="55284-4", pulse=76, weight=68.0)


def _around(c: Chart, visit: Resource) -> None:
    last = encounter(c, "Office visit", 60, "08:30", ORTIZ)
    note(c, "progress", 60, "08:50", ORTIZ, plain(LAST), visit=last)
    note(c, "nurse", 0, "13:38", FERRIS, plain(TODAY), visit=visit, title="Nurse intake")
    appointment(c, "Anatomy ultrasound", -14, "09:00", ADEYEMI, status="booked", minutes=45)
    family(c, ("MTH", "mother"), [("Pre-eclampsia", "398254007", 29)])
    smoking(c, "Never smoked tobacco", "266919005", 60)
    vaccine(c, "influenza", 25)
    plan(c, "Prenatal care", ["Blood pressure at home twice a day"], ADEYEMI, ago=0)


LAST = """Family medicine note
Home pregnancy test positive. Blood pressure 136/86. Lisinopril not discussed today.
Referred to obstetrics.
"""
TODAY = """Nurse intake
Eighteen weeks by dates. Takes lisinopril 20 mg every morning. Denies headache and bleeding.
Blood pressure 146/92.
"""
