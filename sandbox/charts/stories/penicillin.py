"""Colette Dubray: hives with penicillin, and amoxicillin about to be given.

The traps: the order is a draft, not yet signed; an older course of amoxicillin is marked
completed; the substance is named as a class in the allergy and a member in the order.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import FERRIS, ORTIZ
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, vaccine
from sandbox.charts.results import labs, smoking, vitals


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ77", today)
    patient(
        c,
        id="eQ77-402",
        mrn="0049-3308",
        given=["Colette"],
        family="Dubray",
        gender="female",
        born=c.born(34, 75),
        street="9 Placeholder Court",
        phone="555-0133",
    )
    visit = open_visit(c, "Same-day visit", "09:15", ORTIZ, reason="Facial pain, fever")
    condition(c, "asthma", ORTIZ, since=7000, comment="Mild, intermittent.")
    condition(c, "migraine", ORTIZ, since=2000)
    condition(c, "sinusitis", ORTIZ, since=0, category="encounter-diagnosis", visit=visit)
    _allergies(c)
    _medications(c, visit)
    vitals(
        c,
        0,
        "09:20",
        FERRIS,
        bp=(116, 70),
        pulse=92,
        temperature=38.4,
        spo2=98,
        breaths=16,
        visit=visit,
    )
    labs(c, 210, "08:30", {"hemoglobin": 13.1, "leukocytes": 6.2, "creatinine": 0.72, "egfr": 108})
    _around(c, visit)
    return c


def _allergies(c: Chart) -> None:
    allergy(
        c,
        "Penicillins",
        "764146007",
        ORTIZ,
        recorded=1300,
        reaction=("Hives", "126485001"),
        severity="moderate",
        criticality="high",
        comment="Whole body, an hour after penicillin V as a teenager.",
    )
    allergy(
        c,
        "Peanut",
        "762952008",
        ORTIZ,
        recorded=1300,
        category="food",
        reaction=("Angioedema", "41291007"),
        severity="severe",
        criticality="high",
    )


def _medications(c: Chart, visit: Resource) -> None:
    medication(
        c,
        "amoxicillin 500",
        "Take 500 mg by mouth three times daily for 7 days",
        ORTIZ,
        dose=(500, "mg"),
        times=(3, 1, "d"),
        since=0,
        clock="09:35",
        status="draft",
        reason="Acute sinusitis",
        visit=visit,
    )
    medication(
        c,
        "amoxicillin 500",
        "Take 500 mg by mouth three times daily for 10 days",
        ORTIZ,
        dose=(500, "mg"),
        times=(3, 1, "d"),
        since=3200,
        status="completed",
        comment="Prescribed elsewhere; not known whether it was taken.",
    )
    medication(
        c,
        "albuterol",
        "Inhale 2 puffs every 4 hours as needed for wheezing",
        ORTIZ,
        dose=(2, "puff"),
        times=(1, 4, "h"),
        route="inhaled",
        since=700,
        as_needed="Wheezing",
        reason="Asthma",
    )


def _around(c: Chart, visit: Resource) -> None:
    last = encounter(c, "Office visit", 210, "08:45", ORTIZ)
    note(c, "progress", 210, "09:00", ORTIZ, plain(SPRING), visit=last)
    note(c, "nurse", 0, "09:22", FERRIS, plain(INTAKE), visit=visit, title="Nurse intake")
    appointment(c, "Allergy testing", -21, "13:00", ORTIZ, status="proposed")
    smoking(c, "Never smoked tobacco", "266919005", 210)
    vaccine(c, "influenza", 30, status="not-done")
    vaccine(c, "tdap", 1500)
    plan(c, "Asthma", ["Albuterol before exercise", "Review each spring"], ORTIZ, ago=210)


SPRING = """Family medicine note
Asthma quiet, albuterol about once a month. Migraine twice a month.
Penicillin allergy: hives. Discussed allergy testing.
"""
INTAKE = """Nurse intake
Nine days of facial pain and thick discharge, fever since yesterday.
Denies shortness of breath. Says penicillin gave her hives. Avoids peanuts.
"""
