"""Gwen Ashdown: what was, what was never so, and what was entered for somebody else.

The traps: resolved beside active; lupus refuted; an embolism nobody confirmed; results and
an allergy entered in error; and a "no known allergies" row with nothing else beside it but
that error. A pneumonia that came twice, once over and once now.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource, coded
from sandbox.charts.hospital import FERRIS, ORTIZ, WHITCOMBE
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, vaccine
from sandbox.charts.results import finding, lab, labs, report, smoking, vitals


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ18", today)
    patient(
        c,
        id="eQ18-385",
        mrn="0045-7714",
        given=["Gwen"],
        family="Ashdown",
        gender="female",
        born=c.born(46, 61),
        street="18 Nowhere Hill",
        phone="555-0186",
    )
    visit = open_visit(
        c, "Same-day visit", "11:20", WHITCOMBE, reason="Cough, chest pain on breathing"
    )
    _problems(c, visit)
    _allergies(c)
    _results(c, visit)
    _unmeasured(c, visit)
    _medications(c)
    _around(c, visit)
    return c


def _problems(c: Chart, visit: Resource) -> None:
    condition(c, "migraine", ORTIZ, since=5000)
    condition(c, "iron deficiency", ORTIZ, since=1400, status="resolved", until=1000)
    condition(c, "pneumonia", WHITCOMBE, since=1130, status="resolved", until=1105)
    condition(c, "pneumonia", WHITCOMBE, since=1, visit=visit)
    condition(c, "depression", ORTIZ, since=2200, status="remission")
    condition(
        c,
        "lupus",
        ORTIZ,
        since=700,
        status="inactive",
        verification="refuted",
        comment="Antibodies negative twice; rheumatology does not find lupus.",
    )
    condition(c, "embolism", WHITCOMBE, since=0, verification="unconfirmed", visit=visit)
    condition(c, "copd", ORTIZ, since=400, status=None, verification="entered-in-error")
    condition(
        c,
        "asthma",
        WHITCOMBE,
        since=0,
        verification="differential",
        category="encounter-diagnosis",
        visit=visit,
    )


def _allergies(c: Chart) -> None:
    allergy(c, "No known allergies", "716186003", ORTIZ, recorded=300, category=None)
    allergy(
        c,
        "Penicillin",
        "764146007",
        FERRIS,
        recorded=300,
        status=None,
        verification="entered-in-error",
        reaction=("Anaphylaxis", "39579001"),
        comment="Entered in the wrong chart.",
    )


def _results(c: Chart, visit: Resource) -> None:
    lab(
        c,
        "potassium",
        6.8,
        2,
        "08:00",
        status="entered-in-error",
        comment="Another patient's tube.",
    )
    lab(c, "potassium", 4.1, 2, "08:40")
    lab(c, "hemoglobin", 7.9, 300, "08:00", status="entered-in-error")
    found = labs(
        c,
        0,
        "11:35",
        {"leukocytes": 14.2, "crp": 88, "creatinine": 0.81, "potassium": 4.0},
        issued="12:40",
        visit=visit,
    )
    report(c, "Laboratory tests", "", 0, "12:40", results=found, visit=visit)
    lab(c, "d-dimer", 740, 0, "11:35", issued="12:50", visit=visit, status="preliminary")
    lab(c, "troponin", 6, 0, "11:35", issued="12:45", visit=visit, comparator="<", flag="N")
    lab(c, "hemoglobin", 9.8, 1390, "08:00")
    lab(c, "hemoglobin", 13.2, 1000, "08:00")
    vitals(
        c,
        0,
        "11:25",
        FERRIS,
        bp=(112, 68),
        pulse=104,
        temperature=38.9,
        spo2=93,
        breaths=22,
        weight=70.1,
        visit=visit,
    )


def _unmeasured(c: Chart, visit: Resource) -> None:
    """A result that says only why there is none."""
    why = {"dataAbsentReason": coded("data-absent-reason", "error", "Error")}
    finding(
        c,
        "Sodium",
        0,
        "11:35",
        category="laboratory",
        loinc="2951-2",
        value=why,
        status="cancelled",
        visit=visit,
    )


def _medications(c: Chart) -> None:
    medication(
        c,
        "doxycycline 100",
        "Take 100 mg by mouth twice daily for 5 days",
        WHITCOMBE,
        dose=(100, "mg"),
        times=(2, 1, "d"),
        since=0,
        clock="12:55",
        reason="Pneumonia",
    )
    medication(
        c,
        "sertraline 50",
        "Take 50 mg by mouth once daily",
        ORTIZ,
        dose=(50, "mg"),
        since=1400,
        status="stopped",
        until=500,
    )
    _never_taken(c)


def _never_taken(c: Chart) -> None:
    medication(
        c,
        "penicillin V 500",
        "Take 500 mg by mouth four times daily for 10 days",
        ORTIZ,
        dose=(500, "mg"),
        times=(4, 1, "d"),
        since=900,
        status="entered-in-error",
    )
    medication(
        c,
        "omeprazole 20",
        "Take 20 mg by mouth once daily before breakfast",
        ORTIZ,
        dose=(20, "mg"),
        since=250,
        status="cancelled",
        until=249,
    )


def _around(c: Chart, visit: Resource) -> None:
    last = encounter(c, "Office visit", 300, "10:00", ORTIZ)
    note(c, "progress", 300, "10:20", ORTIZ, plain(LAST), visit=last)
    note(
        c,
        "progress",
        299,
        "09:00",
        FERRIS,
        plain(WRONG),
        status="entered-in-error",
        title="Clinic note",
    )
    note(c, "nurse", 0, "11:26", FERRIS, plain(TODAY), visit=visit, title="Nurse intake")
    appointment(c, "Family medicine", -10, "10:00", ORTIZ, status="pending")
    smoking(c, "Former smoker", "8517006", 300)
    vaccine(c, "influenza", 380)
    plan(c, "Migraine", ["Headache diary"], ORTIZ, ago=300)


LAST = """Family medicine note
Rheumatology letter read: no lupus. Removed from problems. Iron deficiency resolved.
No known allergies, confirmed with the patient; the penicillin entry belongs to someone else.
"""
WRONG = """Clinic note
Severe COPD on home oxygen. Penicillin anaphylaxis.
"""
TODAY = """Nurse intake
Fever and cough for three days, pain on deep breath. Denies leg swelling. No blood in sputum.
Rule out pulmonary embolism. No known allergies.
"""
