"""Statements of referrals and messages: what is asked for is not done, what is said is not so."""

import pytest

from recommendations.clinical.facts import NoteFact, PartialDate, ReferralFact, Source
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification import Chart, verify
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Outcome

CHECKED = Outcome.CHECKED


def source(kind: str) -> Source:
    return Source(resource_type=kind, resource_id="x1", version="1")


REFERRAL = ReferralFact(
    handle="req1",
    source=source("ServiceRequest"),
    name="Referral to nephrology",
    status="active",
    is_referral=True,
    authored=PartialDate(text="2026-11-09T11:20:00-05:00"),
    requester="P. Ortiz, MD",
    performer="Nephrology clinic",
    reason="Kidney function falling",
    text="Kidney function has been falling for two years. What shall become of metformin?",
)
FORBIDDEN = REFERRAL.model_copy(update={"handle": "req2", "status": "not to be done"})
MESSAGE = NoteFact(
    handle="pm1",
    source=source("Communication"),
    name="Patient message",
    authored=PartialDate(text="2026-11-16T16:40:00-05:00"),
    author="the patient",
    written_by="patient",
    text="I have been more tired all week. I have no chest pain.",
)
CHART = Chart.of(
    ReadingSnapshot(
        as_of="2026-11-17T14:03:00+00:00",
        facts=(REFERRAL, FORBIDDEN, MESSAGE),
        searched={"referrals": True},
    )
)


def outcome(text, claim):
    given = {"section": "patient", "text": text, "claims": [claim]}
    return verify(DraftedStatement.model_validate(given), CHART).outcome


def event(**more):
    return {"kind": "event", "ref": "req1", "name": "Referral to nephrology", **more}


def quoted(ref, quote):
    return {"kind": "note", "ref": ref, "quote": quote}


TIRED = "I have been more tired all week."
ASKED = "What shall become of metformin?"
STANDS = [
    (
        "Referral to nephrology on 9 Nov 2026 by P. Ortiz, MD, active.",
        event(when="2026-11-09", status="active"),
    ),
    ("Nephrology referral on 9 Nov 2026.", event(when="2026-11-09")),
    (
        "Referral to nephrology on 9 Nov 2026, reason: Kidney function falling.",
        event(when="2026-11-09", reason="Kidney function falling"),
    ),
    (f"Patient message of 16 Nov 2026 by the patient says: “{TIRED}”", quoted("pm1", TIRED)),
    (
        f"Referral to nephrology of 9 Nov 2026 by P. Ortiz, MD says: “{ASKED}”",
        quoted("req1", ASKED),
    ),
]
FALLS = [
    (
        "Referral to nephrology on 10 Nov 2026, active.",
        event(when="2026-11-10", status="active"),
    ),
    ("Referral to nephrology on 9 Nov 2026, completed.", event(status="completed")),
    ("Referral to nephrology on 9 Nov 2026, completed.", event(when="2026-11-09")),
    ("Referral to cardiology on 9 Nov 2026.", event(name="Referral to cardiology")),
    ("Referral to nephrology on 9 Nov 2026 by A. Osei, MD.", event(when="2026-11-09")),
    (
        "Referral to nephrology on 9 Nov 2026, reason: Proteinuria.",
        event(when="2026-11-09", reason="Proteinuria"),
    ),
    (
        "Referral to nephrology on 9 Nov 2026, active.",
        {**event(when="2026-11-09", status="active"), "ref": "req2"},
    ),
    ("The patient is more tired all week.", quoted("pm1", TIRED)),
    (
        "Patient message of 16 Nov 2026 by the patient says: “chest pain”",
        quoted("pm1", "chest pain"),
    ),
    (f"Patient message of 15 Nov 2026 by the patient says: “{TIRED}”", quoted("pm1", TIRED)),
    (f"Patient message of 16 Nov 2026 by A. Osei, MD says: “{TIRED}”", quoted("pm1", TIRED)),
    (
        "Referral to nephrology of 9 Nov 2026 says: “Stop metformin.”",
        quoted("req1", "Stop metformin."),
    ),
]


@pytest.mark.parametrize(("text", "claim"), STANDS)
def test_what_a_referral_or_a_message_says_stands_as_said(text, claim):
    assert outcome(text, claim) is CHECKED


@pytest.mark.parametrize(("text", "claim"), FALLS)
def test_what_they_do_not_say_does_not_stand(text, claim):
    assert outcome(text, claim) in {Outcome.NOT_FOUND, Outcome.CONTRADICTED}
