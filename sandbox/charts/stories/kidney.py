"""Edwin Marsh: a kidney failing over two years while metformin goes on unchanged.

The traps: creatinine moved to another analyzer (another LOINC) and eGFR to another formula
half way, so that no single code shows the whole fall; one value was corrected later.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import FERRIS, LINDQVIST, NAND, ORTIZ
from sandbox.charts.letters import referral
from sandbox.charts.medications import medication
from sandbox.charts.notes import note, plain
from sandbox.charts.people import appointment, encounter, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, vaccine
from sandbox.charts.results import lab, labs, report, smoking, vitals

# Creatinine, eGFR, potassium, A1c, by days ago. Before day 400 by the old analyzer.
FALL = {
    730: (1.21, 64, 4.4, 7.6),
    640: (1.28, 60, 4.5, 7.5),
    550: (1.37, 55, 4.4, 7.7),
    460: (1.49, 50, 4.6, 7.4),
    370: (1.66, 44, 4.7, 7.3),
    280: (1.85, 38, 4.8, 7.2),
    190: (2.07, 33, 4.9, 7.4),
    100: (2.31, 29, 5.0, 7.3),
    9: (2.58, 25, 5.1, 7.1),
}
OLD_ANALYZER_UNTIL = 400


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ92", today)
    patient(
        c,
        id="eQ92-118",
        mrn="0047-9031",
        given=["Edwin", "T."],
        family="Marsh",
        gender="male",
        born=c.born(71, 210),
        street="220 Sample Road",
        phone="555-0121",
    )
    visit = open_visit(c, "Office visit", "10:00", ORTIZ, reason="Diabetes follow-up")
    _problems(c)
    _medications(c)
    _results(c)
    vitals(c, 0, "10:08", FERRIS, bp=(148, 86), pulse=76, weight=88.4, spo2=97, visit=visit)
    _around(c, visit)
    referral(
        c,
        "Referral to nephrology",
        "306287008",
        ORTIZ,
        ago=8,
        clock="11:20",
        reason="Kidney function falling",
        question="Kidney function has been falling for two years. What shall become of metformin?",
        to="Nephrology clinic",
    )
    return c


def _problems(c: Chart) -> None:
    condition(c, "diabetes", ORTIZ, since=5100)
    condition(c, "hypertension", ORTIZ, since=4800)
    # Nobody moved the stage on: the newest eGFR is stage 4.
    condition(c, "ckd 3a", ORTIZ, since=540)
    condition(c, "hyperlipidemia", ORTIZ, since=3600)
    allergy(
        c,
        "Sulfonamide antibiotic",
        "",
        ORTIZ,
        recorded=1400,
        reaction=("Rash", "271807003"),
        severity="mild",
        criticality="low",
    )


def _medications(c: Chart) -> None:
    medication(
        c,
        "metformin 1000",
        "Take 1,000 mg by mouth twice daily with meals",
        ORTIZ,
        dose=(1000, "mg"),
        times=(2, 1, "d"),
        since=1480,
        reason="Diabetes",
    )
    medication(
        c, "lisinopril 10", "Take 10 mg by mouth once daily", ORTIZ, dose=(10, "mg"), since=1480
    )
    medication(
        c,
        "atorvastatin 40",
        "Take 40 mg by mouth nightly",
        ORTIZ,
        dose=(40, "mg"),
        since=1200,
        bedtime=True,
    )
    medication(
        c,
        "insulin glargine",
        "Inject 14 units under the skin at bedtime",
        ORTIZ,
        dose=(14, "units"),
        route="subcutaneous",
        since=190,
        bedtime=True,
        reason="Diabetes",
    )


def _results(c: Chart) -> None:
    for ago, (creatinine, egfr, potassium, a1c) in FALL.items():
        old = ago > OLD_ANALYZER_UNTIL
        draw = {
            "creatinine (other analyzer)" if old else "creatinine": creatinine,
            "egfr, mdrd" if old else "egfr": egfr,
            "potassium": potassium,
            "a1c": a1c,
        }
        found = labs(c, ago, "07:50", draw, issued="11:10")
        report(c, "Renal panel", "", ago, "11:10", results=found)
    lab(c, "urine albumin/creatinine", 412, 100, "07:55")
    lab(
        c,
        "hemoglobin",
        11.2,
        100,
        "07:50",
        status="corrected",
        comment="Corrected: first reported as 12.1.",
    )


def _around(c: Chart, visit: Resource) -> None:
    last = encounter(c, "Office visit", 100, "10:00", ORTIZ)
    refill = encounter(c, "Medication refill", 45, "15:00", NAND, setting="VR")
    note(c, "progress", 100, "10:20", ORTIZ, plain(LAST), visit=last)
    note(c, "phone", 45, "15:10", NAND, plain(REFILL), visit=refill, inline=True)
    note(c, "nurse", 0, "10:09", FERRIS, plain(INTAKE), visit=visit, title="Nurse intake")
    appointment(c, "Nephrology, first visit", 60, "09:00", LINDQVIST, status="cancelled")
    appointment(c, "Family medicine", -90, "10:00", ORTIZ, status="booked")
    family(c, ("FTH", "father"), [("Kidney failure", "42399005", 66)], died=69)
    smoking(c, "Former smoker", "8517006", 100)
    vaccine(c, "influenza", 390)
    plan(
        c,
        "Diabetes and kidney",
        ["A1c below 7.5%", "Kidney function every 3 months"],
        ORTIZ,
        ago=280,
    )


LAST = """Family medicine note
Diabetes: A1c 7.3%. Kidneys: eGFR 29 today, was 33.
Plan: refer to nephrology. Review metformin at the next visit.
"""
REFILL = """Refill request by phone. Metformin 1,000 mg twice daily renewed for 90 days.
"""
INTAKE = """Nurse intake
No complaints. Takes all medicines as listed. Has not seen nephrology.
BP 148/86, weight 88.4 kg.
"""
