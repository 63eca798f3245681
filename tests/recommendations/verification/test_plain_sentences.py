"""Sentences in the plain register that the drafters are asked for; each must stand as it is."""

from typing import Any

import pytest

from recommendations.verification import Chart, verify
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import (
    absent,
    allergy,
    bp,
    cond,
    event,
    family,
    med,
    note,
    obs,
    said,
    trend,
    who,
)  # fmt: skip
from tests.recommendations.verification.facts import NEWCOMER, SECOND, snapshot

K = obs("lab1", "Potassium", "5.9", "mmol/L", "2026-11-17", versus_range="above")
SENTENCES = [
    ("Potassium 5.9 mmol/L on 17 Nov 2026 (above the reference range 3.5\u20135.1).", [K]),
    (
        "Creatinine rose from 1.48 mg/dL on 24 Aug 2026 to 1.68 mg/dL on 17 Nov 2026.",
        [trend("lab5", "lab4", "rising")],
    ),
    ("Blood pressure 118/70 mmHg on 17 Nov 2026.", [bp("vit1", 118, 70)]),
    (
        "Spironolactone 25 mg by mouth once daily, active, ordered 27 Oct 2026.",
        [
            med(
                "med1",
                "Spironolactone",
                dose="25 mg",
                route="by mouth",
                frequency="once daily",
                status="active",
                ordered="2026-10-27",
            )
        ],
    ),
    ("Allergy: penicillin (anaphylaxis).", [allergy("alg1", "penicillin", reaction="anaphylaxis")]),
    ("68-year-old woman.", [who(68, "female")]),
    ("Mother: type 2 diabetes.", [family("fam1", "Mother", "type 2 diabetes")]),
    (
        "A note of 17 Nov 2026 by J. Ferris, RN says: “Feels more tired this week.”",
        [note("note1", "Feels more tired this week.")],
    ),
    (
        "Type 2 diabetes mellitus, active since 2015.",
        [cond("cond1", "Type 2 diabetes mellitus", status="active", onset="2015")],
    ),
    (
        "Furosemide 40 mg tablet by mouth twice daily (active order from 27 Oct 2026).",
        [med("med2", "Furosemide", dose="40 mg", ordered="2026-10-27")],
    ),
    ("Potassium on 17 Nov 2026 is high (5.9 mmol/L; reference range 3.5-5.1 mmol/L).", [K]),
    ("Potassium is 5.9 mmol/L (H) on 17 Nov 2026.", [K]),
    (
        "Potassium was 4.4 mmol/L on 24 Aug 2026, 4.8 mmol/L on 27 Oct 2026 and 5.9 mmol/L on 17 Nov 2026.",
        [obs("lab3", "Potassium", "4.4"), obs("lab2", "Potassium", "4.8"), K],
    ),
    (
        "Her weight rose from 81.0 kg on 27 Oct 2026 to 84.2 kg on 17 Nov 2026.",
        [trend("vit5", "vit4", "rising")],
    ),
    (
        "The patient is a 68-year-old female with chronic kidney disease stage 3b.",
        [who(68, "female"), cond("cond3", "Chronic kidney disease stage 3b")],
    ),
    (
        "Chronic kidney disease stage 3b is on the problem list with onset 19 Oct 2024.",
        [cond("cond3", "Chronic kidney disease stage 3b", onset="2024-10-19")],
    ),
    (
        "Active problems include type 2 diabetes mellitus, essential hypertension and chronic obstructive bronchitis.",
        [
            cond("cond1", "Type 2 diabetes mellitus", status="active"),
            cond("cond9", "Essential hypertension", status="active"),
            cond("cond8", "Chronic obstructive bronchitis", status="active"),
        ],
    ),
    (
        "She was hospitalized from 19 Oct 2026 to 27 Oct 2026 (inpatient stay, cardiology).",
        [event("enc2", "Inpatient stay", when="2026-10-19")],
    ),
    (
        "A cardiology follow-up appointment is scheduled for 24 Nov 2026.",
        [event("apt1", "Cardiology follow-up", when="2026-11-24", status="booked")],
    ),
    (
        "The patient did not attend the cardiology follow-up on 3 Nov 2026.",
        [event("apt2", "Cardiology follow-up", when="2026-11-03", status="noshow")],
    ),
    (
        "The cardiology follow-up on 3 Nov 2026 is recorded as a no-show.",
        [event("apt2", "Cardiology follow-up", when="2026-11-03", status="noshow")],
    ),
    (
        "Today's visit is an office visit on 17 Nov 2026, in progress.",
        [event("enc1", "Office visit", when="2026-11-17")],
    ),
    (
        "Penicillin: anaphylaxis, high criticality.",
        [allergy("alg1", "Penicillin", reaction="Anaphylaxis", criticality="high")],
    ),
    (
        "The patient has a recorded allergy to latex, with hives as the reaction.",
        [allergy("alg3", "Latex", reaction="Hives")],
    ),
    (
        "Codeine allergy (reaction: nausea; criticality: low).",
        [allergy("alg2", "Codeine", reaction="Nausea", criticality="low")],
    ),
    (
        "Family history: mother with type 2 diabetes mellitus and breast cancer.",
        [
            family("fam1", "Mother", "Type 2 diabetes mellitus"),
            family("fam1", "Mother", "Breast cancer"),
        ],
    ),
    (
        "The father had a myocardial infarction.",
        [family("fam2", "Father", "Myocardial infarction")],
    ),
    ("No fever is recorded in the problem list.", [absent("fever", "problems")]),
    (
        "Warfarin 5 mg is on hold as of the order dated 27 Oct 2026.",
        [med("med8", "Warfarin", dose="5 mg", status="on-hold", ordered="2026-10-27")],
    ),
    (
        "Metformin 1000 mg by mouth twice daily for type 2 diabetes mellitus, active since 11 Mar 2024.",
        [med("med3", "Metformin", dose="1000 mg", status="active", ordered="2024-03-11")],
    ),
    (
        "Aspirin 81 mg daily is a patient-reported medication.",
        [med("med9", "Aspirin", dose="81 mg", frequency="daily")],
    ),
    (
        "Insulin glargine 18 units subcutaneous injection at bedtime, active.",
        [med("med7", "Insulin glargine", dose="18 units", status="active")],
    ),
    (
        "Albuterol 2 puffs by inhalation every 4 hours as needed is active.",
        [med("med6", "Albuterol", dose="2 puffs", status="active")],
    ),
    (
        "Hemoglobin A1c was 7.9% on 2 Sep 2026 (upper reference limit 5.6%).",
        [obs("lab6", "Hemoglobin A1c", "7.9", "%", "2026-09-02")],
    ),
    ("eGFR of 31 on 17 Nov 2026.", [obs("lab7", "eGFR", "31")]),
    (
        "Influenza vaccination was completed on 5 Oct 2026.",
        [event("imm1", "Influenza vaccine", when="2026-10-05", status="completed")],
    ),
    (
        "Pneumococcal conjugate vaccine was recorded as not done on 5 Oct 2026.",
        [event("imm2", "Pneumococcal conjugate vaccine", status="not-done")],
    ),
    (
        "The heart failure self-care plan is active and dates from 27 Oct 2026.",
        [event("care1", "Heart failure self-care", status="active", when="2026-10-27")],
    ),
    (
        "Past medical history includes deep vein thrombosis of the left lower extremity (resolved, onset March 2019).",
        [
            cond(
                "cond4",
                "Deep vein thrombosis of left lower extremity",
                status="resolved",
                onset="2019-03",
            )
        ],
    ),
    (
        "History of left lower extremity deep vein thrombosis, onset Mar 2019, now resolved.",
        [
            cond(
                "cond4",
                "Deep vein thrombosis of left lower extremity",
                status="resolved",
                onset="2019-03",
            )
        ],
    ),
    (
        "Temperature was 36.8 °C, heart rate 78/min and oxygen saturation 94% on 17 Nov 2026.",
        [
            obs("vit7", "Temperature", "36.8"),
            obs("vit3", "Heart rate", "78"),
            obs("vit6", "Oxygen saturation", "94"),
        ],
    ),
    (
        "Vital signs on 17 Nov 2026: BP 118/70 mmHg, pulse 78/min.",
        [bp("vit1", 118, 70), obs("vit3", "Pulse", "78")],
    ),
    ("Troponin I was below 0.01 ng/mL on 19 Oct 2026.", [obs("lab10", "Troponin I", "0.01")]),
    (
        "Echocardiography (transthoracic) was performed on 20 Oct 2026.",
        [event("proc3", "Transthoracic echocardiography", when="2026-10-20")],
    ),
    (
        "Sodium 138 mmol/L and potassium 5.9 mmol/L on 17 Nov 2026.",
        [obs("lab11", "Sodium", "138"), K],
    ),
    (
        "Potassium is trending up: 4.8 mmol/L (27 Oct 2026) to 5.9 mmol/L (17 Nov 2026).",
        [trend("lab2", "lab1", "rising")],
    ),
]
OF_NOTHING = [
    ("No drug allergies are recorded.", [absent("drug allergies", "allergies")]),
    ("No drug allergies are recorded.", [allergy("alg1", "No known drug allergies")]),
    ("No known allergies.", [allergy("alg1", "No known allergies")]),
    ("No medications are on the medication list.", [absent("medications", "medications")]),
]


@pytest.mark.parametrize(("text", "claims"), SENTENCES, ids=[text[:50] for text, _ in SENTENCES])
def test_a_plain_sentence_stands(text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), Chart.of(snapshot()))
    assert (verdict.outcome, verdict.findings) == (Outcome.CHECKED, ())


@pytest.mark.parametrize(("text", "claims"), OF_NOTHING)
def test_that_there_is_nothing_may_be_said_of_a_list_that_was_read(
    text: str, claims: list[dict[str, Any]]
) -> None:
    assert verify(said(text, *claims), Chart.of(snapshot(NEWCOMER))).outcome is Outcome.CHECKED
    unread = Chart.of(snapshot(NEWCOMER[:1], unread=("allergies", "medications")))
    assert not verify(said(text, *claims), unread).outcome.signable


@pytest.mark.parametrize(
    ("tags", "text", "claims"),
    [
        (("dose",), "Furosemide 40 mg.", [med("med2", "Furosemide", dose="40 mg")]),
        (("medication",), "Furosemide, active.", [med("med2", "Furosemide", status="active")]),
        (("allergy",), "Allergy: latex.", [allergy("alg3", "Latex")]),
        (("negation",), "No asthma is recorded.", [absent("asthma", "problems")]),
        (("laterality", "diagnosis"), "Osteoarthritis of right knee.",
         [cond("cond5", "Osteoarthritis of right knee")]),
        ((), "Sodium 138 mmol/L.", [obs("lab11", "Sodium", "138")]),
    ],
)  # fmt: skip
def test_what_is_at_stake_is_told(
    tags: tuple[str, ...], text: str, claims: list[dict[str, Any]]
) -> None:
    assert verify(said(text, *claims), Chart.of(snapshot())).high_stakes == tags


def test_a_value_that_the_laboratory_calls_critical_is_at_stake() -> None:
    chart = Chart.of(snapshot(SECOND))
    lithium = said("Lithium level 1.4 mmol/L.", obs("lab6", "Lithium level", "1.4", "mmol/L"))
    assert verify(lithium, chart).high_stakes == ("critical",)
    high = said("INR 3.8.", obs("lab4", "INR", "3.8"))
    assert verify(high, chart).high_stakes == (), "high, and not critical"
