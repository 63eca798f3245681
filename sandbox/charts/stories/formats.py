"""Beatrix Lang: the same hospital's notes in HTML, RTF and plain text, copied and replaced.

The traps: a table whose cells run together when tags are merely dropped (14 and 9 make
149); RTF with struck and hidden words; the same paragraph carried forward for a year with
one number gone stale; a note replaced by a corrected one.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import FERRIS, ORTIZ, WHITCOMBE
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, vaccine
from sandbox.charts.results import labs, smoking, vitals

CLINICS = {300: 1.1, 210: 1.3, 120: 1.4}


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ86", today)
    patient(
        c,
        id="eQ86-515",
        mrn="0044-8862",
        given=["Beatrix"],
        family="Lang",
        gender="female",
        born=c.born(66, 5),
        street="33 Dummy Close",
        phone="555-0113",
    )
    visit = open_visit(c, "Office visit", "16:00", ORTIZ, reason="Breathlessness on stairs")
    condition(c, "copd", ORTIZ, since=2200)
    condition(c, "hypertension", ORTIZ, since=3300)
    condition(c, "reflux", ORTIZ, since=1000)
    allergy(
        c,
        "Lisinopril",
        "",
        ORTIZ,
        recorded=900,
        rxnorm="29046",
        reaction=("Cough", "49727002"),
        severity="mild",
        criticality="low",
    )
    _medications(c)
    for ago, creatinine in CLINICS.items():
        labs(c, ago, "08:00", {"creatinine": creatinine, "potassium": 4.3}, issued="11:00")
    vitals(
        c, 0, "16:04", FERRIS, bp=(140, 80), pulse=84, spo2=91, breaths=18, weight=58.7, visit=visit
    )
    _notes(c, visit)
    _around(c)
    return c


def _medications(c: Chart) -> None:
    medication(
        c,
        "albuterol",
        "Inhale 2 puffs every 4 hours as needed for breathlessness",
        ORTIZ,
        dose=(2, "puff"),
        times=(1, 4, "h"),
        route="inhaled",
        since=800,
        as_needed="Breathlessness",
    )
    medication(c, "amlodipine 5", "Take 5 mg by mouth once daily", ORTIZ, dose=(5, "mg"), since=860)
    medication(
        c,
        "omeprazole 20",
        "Take 20 mg by mouth once daily before breakfast",
        ORTIZ,
        dose=(20, "mg"),
        since=420,
    )


def _notes(c: Chart, visit: Resource) -> None:
    visits = {ago: encounter(c, "Office visit", ago, "15:00", ORTIZ) for ago in CLINICS}
    for ago, seen in visits.items():
        note(c, "progress", ago, "15:20", ORTIZ, plain(COPIED), visit=seen, inline=True)
    first = note(
        c,
        "discharge",
        60,
        "11:00",
        WHITCOMBE,
        ("text/html", TABLE.format(dose="50")),
        status="superseded",
        doc_status="amended",
    )
    # As Epic files a note: once in HTML, once in RTF.
    note(
        c,
        "discharge",
        59,
        "09:00",
        WHITCOMBE,
        ("text/html", TABLE.format(dose="40")),
        ("text/rtf", RICH),
        replaces=first,
    )
    note(c, "consult", 40, "10:00", WHITCOMBE, ("text/rtf", STRUCK), title="Pulmonary consult")
    note(c, "nurse", 0, "16:06", FERRIS, plain(TODAY), visit=visit, doc_status="preliminary")


def _around(c: Chart) -> None:
    appointment(c, "Spirometry", -9, "08:30", ORTIZ, status="booked")
    family(c, ("FTH", "father"), [("Lung cancer", "93880001", 70)], died=72)
    smoking(c, "Former smoker", "8517006", 300)
    vaccine(c, "pneumococcal", 700)
    plan(c, "COPD", ["Pulmonary rehabilitation", "Flu vaccine each autumn"], ORTIZ, ago=300)


# Carried forward word for word: true of the first visit only.
COPIED = """Family medicine note
COPD stable on albuterol. Walks half a mile. Denies fever. Creatinine 1.1 mg/dL, normal.
Plan: continue. Return in three months.
"""
TABLE = """<html><head><style>td {{ padding: 2px }}</style></head><body>
<h2>Discharge summary</h2>
<p>Flare of <b>COPD</b>, three days in hospital. No pneumonia on the film.</p>
<table><tr><th>Test</th><th>First</th><th>Last</th></tr>
<tr><td>White cells</td><td>14</td><td>9</td></tr>
<tr><td>Oxygen</td><td>86</td><td>93</td></tr></table>
<ul><li>Prednisone {dose} mg daily for 5 days</li><li>Albuterol as needed</li></ul>
</body></html>
"""
RICH = r"""{\rtf1\ansi\deff0{\fonttbl{\f0 Times;}}\f0\fs24
\b Discharge summary\b0\par
Flare of COPD, three days in hospital. No pneumonia on the film.\par
Prednisone 40 mg daily for 5 days. Albuterol as needed.\par}
"""
STRUCK = r"""{\rtf1\ansi\deff0{\fonttbl{\f0 Times;}}\f0\fs24
Pulmonary consult\par
{\strike Home oxygen 2 L per minute.} No home oxygen.\par
{\v Hidden: patient agreed to a trial.}
FEV1 54% of predicted. Chest clear.\par}
"""
TODAY = """Nurse intake
Breathless on one flight of stairs. Denies fever and chest pain. Oxygen 91% on air.
"""
