"""Ruth Halloway: potassium 5.9 on spironolactone and lisinopril, heart failure, CKD 3b.

The traps: an August note still says spironolactone 12.5 mg, raised since; ibuprofen is
reported, never ordered; the laboratory says nothing of hemolysis; no ECG since June.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart, Resource, quantity
from sandbox.charts.hospital import FERRIS, KELLER, ORTIZ, OSEI
from sandbox.charts.letters import answer, message
from sandbox.charts.medications import medication
from sandbox.charts.people import appointment, family, open_visit, patient
from sandbox.charts.record import allergy, condition, plan, procedure, vaccine
from sandbox.charts.results import finding, report, smoking
from sandbox.charts.stories import halloway_year as year

DAILY = (
    ("lisinopril 20", 20, 1100),
    ("furosemide 40", 40, 900),
    ("metoprolol succinate 100", 100, 1100),
)


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ81", today)
    patient(
        c,
        id="eQ81-774",
        mrn="0048-2217",
        given=["Ruth"],
        family="Halloway",
        gender="female",
        born=c.born(68, 253),
        street="14 Example Lane",
        phone="555-0117",
        maritalStatus={"text": "Widowed"},
    )
    visit = open_visit(c, "Office visit", "13:10", OSEI, reason="Heart failure follow-up, fatigue")
    visits = year.visits(c)
    _problems(c, visit)
    _medications(c, visits)
    year.results(c, visit, visits)
    year.notes(c, visit, visits)
    _around(c)
    _messages(c)
    return c


def _messages(c: Chart) -> None:
    asked = message(c, REFILL, 62, "10:12", ORTIZ)
    answer(c, "Your furosemide was renewed today.", 61, "09:30", FERRIS, to=asked)
    message(c, TIRED, 1, "16:40", OSEI)


REFILL = "Could you renew my furosemide? I have five tablets left."
TIRED = """I have been more tired all week, and my legs feel heavy on the stairs.
Should I go on taking spironolactone? And when is my next visit?"""


def _problems(c: Chart, visit: Resource) -> None:
    condition(c, "hfref", OSEI, since=1460, comment="LVEF 35% on the last echocardiogram.")
    condition(c, "ckd 3b", ORTIZ, since=760)
    condition(c, "diabetes", ORTIZ, since=4100)
    condition(c, "hypertension", ORTIZ, since=5200)
    condition(c, "knee arthritis", ORTIZ, since=2300, side="both", site="knees")
    condition(c, "hyperlipidemia", ORTIZ, since=4000)
    condition(c, "vitamin d deficiency", ORTIZ, since=900)
    condition(c, "reflux", ORTIZ, since=1900)
    condition(c, "sleep apnea", ORTIZ, since=1200)
    condition(c, "hfref", OSEI, since=1460, category="encounter-diagnosis", visit=visit)
    allergy(
        c,
        "Penicillin",
        "764146007",
        ORTIZ,
        recorded=1400,
        reaction=("Anaphylaxis", "39579001"),
        severity="severe",
        criticality="high",
        onset="2011",
        comment="Throat swelling and low blood pressure within minutes; treated in hospital.",
    )


def _medications(c: Chart, visits: dict[int, Resource]) -> None:
    _spironolactone(c, visits)
    for drug, dose, since in DAILY:
        sig = f"Take {dose} mg by mouth once daily"
        medication(c, drug, sig, OSEI, dose=(dose, "mg"), since=since, reason="Heart failure")
    _other_medications(c, visits[259])
    _reported(c)


def _spironolactone(c: Chart, visits: dict[int, Resource]) -> None:
    medication(
        c,
        "spironolactone 25",
        "Take 12.5 mg by mouth once daily",
        ORTIZ,
        dose=(12.5, "mg"),
        since=105,
        status="stopped",
        until=21,
        visit=visits[105],
        reason="Heart failure",
    )
    medication(
        c,
        "spironolactone 25",
        "Take 25 mg by mouth once daily",
        OSEI,
        dose=(25, "mg"),
        since=21,
        visit=visits[21],
        reason="Heart failure",
    )


def _other_medications(c: Chart, march: Resource) -> None:
    medication(
        c,
        "metformin 1000",
        "Take 1,000 mg by mouth twice daily with meals",
        ORTIZ,
        dose=(1000, "mg"),
        times=(2, 1, "d"),
        since=259,
        visit=march,
        reason="Diabetes",
    )
    medication(
        c,
        "atorvastatin 40",
        "Take 40 mg by mouth nightly",
        ORTIZ,
        dose=(40, "mg"),
        since=1300,
        bedtime=True,
        reason="Hyperlipidemia",
    )
    medication(
        c,
        "cholecalciferol 1000",
        "Take 1,000 units by mouth once daily",
        ORTIZ,
        dose=(1000, "units"),
        since=880,
        reason="Vitamin D deficiency",
    )


def _reported(c: Chart) -> None:
    medication(
        c,
        "ibuprofen 400",
        "400 mg by mouth as needed for knee pain",
        FERRIS,
        dose=(400, "mg"),
        times=(3, 1, "wk"),
        since=0,
        clock="13:20",
        as_needed="Knee pain",
        reported=True,
        comment="Reported at intake: two or three times a week. Bought without prescription.",
    )


def _around(c: Chart) -> None:
    _heart_studies(c)
    appointment(c, "Heart failure clinic", 0, "13:00", OSEI, status="arrived")
    appointment(c, "Heart failure clinic", -28, "10:00", OSEI, status="booked")
    procedure(c, "Echocardiography", "40701008", KELLER, ago=158, diagnostic=True)
    vaccine(c, "influenza", 40)
    vaccine(c, "pneumococcal", 1000)
    smoking(c, "Never smoked tobacco", "266919005", 259)
    family(c, ("MTH", "mother"), [("Heart failure", "84114007", 71)], died=78)
    plan(
        c,
        "Heart failure",
        ["Weigh every morning", "Salt below 2 g a day", "Call above 73.5 kg"],
        OSEI,
        ago=21,
    )


def _heart_studies(c: Chart) -> None:
    lvef = finding(
        c,
        "Left ventricular ejection fraction",
        158,
        "15:05",
        category="imaging",
        loinc="10230-1",
        value={"valueQuantity": quantity(35, "%", "%")},
    )
    report(
        c,
        "Echocardiogram",
        "42148-7",
        158,
        "15:05",
        category=("CUS", "Cardiac Ultrasound"),
        results=[lvef],
        by=KELLER,
        conclusion="LVEF 35%. Mild mitral regurgitation.",
    )
    report(
        c,
        "Electrocardiogram",
        "11524-6",
        158,
        "15:20",
        category=("EC", "Electrocardiac"),
        by=KELLER,
        conclusion="Sinus rhythm, 64 per minute. No acute change.",
    )
