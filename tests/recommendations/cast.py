"""A ready draft from rows: one statement of every kind, for one clinician and one patient."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

from recommendations.clinical.facts import (
    MedicationFact,
    NoteFact,
    ObservationFact,
    PartialDate,
    Quantity,
    ReferenceRange,
    Source,
)
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions.standing import Standing, standings
from recommendations.models import Draft, Statement
from recommendations.verification.outcomes import Finding, Outcome, Verdict
from smartapp.launch.sessions import LaunchSession, cookie_name
from smartapp.models import Launch
from tests.recommendations.charts import ChartReader
from tests.recommendations.drafts import people

AS_OF = "2026-11-17T14:03:00+00:00"
CHECKED, INFERRED = Outcome.CHECKED, Outcome.INFERRED
NOT_FOUND, CONTRADICTED = Outcome.NOT_FOUND, Outcome.CONTRADICTED

RUTH = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"use": "official", "family": "Halloway", "given": ["Ruth"]}],
    "birthDate": "1958-03-09",
    "gender": "female",
    "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "0048-2217"}],
}
PENICILLIN = {
    "resourceType": "AllergyIntolerance",
    "id": "a1",
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "criticality": "high",
    "code": {"text": "Penicillin"},
    "reaction": [{"manifestation": [{"text": "Anaphylaxis"}]}],
}


def potassium(number: int, value: str, day: str) -> ObservationFact:
    """A potassium result."""
    return ObservationFact(
        handle=f"lab{number}",
        source=Source(resource_type="Observation", resource_id=f"k{number}", version="1"),
        name="Potassium [Moles/volume] in Serum",
        status="final",
        category="laboratory",
        value=Quantity(value=Decimal(value), unit="mmol/L"),
        reference_range=ReferenceRange(low=Decimal("3.5"), high=Decimal("5.1")),
        effective=PartialDate(text=day),
    )


FACTS = (
    potassium(1, "5.9", "2026-11-17T14:02:00+00:00"),
    potassium(2, "5.3", "2026-11-06"),
    potassium(3, "4.9", "2026-10-27"),
    MedicationFact(
        handle="med1",
        source=Source(resource_type="MedicationRequest", resource_id="m1", version="2"),
        name="Spironolactone 25 mg",
        status="active",
        dose=Quantity(value=Decimal(25), unit="mg"),
        frequency="once daily",
        authored=PartialDate(text="2026-10-27"),
    ),
    NoteFact(
        handle="note1",
        source=Source(resource_type="DocumentReference", resource_id="n1", version="1"),
        name="Nurse intake",
        authored=PartialDate(text="2026-11-17"),
        text="Arrived on foot. Feels more tired\nthis week. Denies chest pain.",
    ),
)


def verdict(outcome: Outcome, *refs: str, **more: Any) -> Verdict:
    """A verdict."""
    return Verdict(outcome=outcome, refs=refs, **more)


STATEMENTS: tuple[tuple[str, str, Verdict], ...] = (
    ("subjective", "The intake note says: Feels more tired this week.", verdict(CHECKED, "note1")),
    ("objective", "Potassium 5.9 mmol/L on 17 Nov 2026.", verdict(CHECKED, "lab1", "lab2")),
    (
        "objective",
        "ECG today shows no peaked T waves.",
        verdict(
            NOT_FOUND,
            findings=(Finding(rule="absent", words="No ECG of today was found in what was read."),),
            high_stakes=("negation",),
        ),
    ),
    (
        "allergies_and_medications",
        "On spironolactone 12.5 mg daily.",
        verdict(
            CONTRADICTED,
            findings=(
                Finding(
                    rule="value_differs",
                    words="Says 12.5 mg; the chart says 25 mg.",
                    contradicts=True,
                    ref="med1",
                    draft_says="12.5 mg",
                    chart_says="25 mg",
                ),
            ),
            high_stakes=("dose",),
        ),
    ),
    (
        "assessment",
        "Hyperkalemia, likely from spironolactone.",
        verdict(INFERRED, "lab1", "med1", high_stakes=("diagnosis",)),
    ),
)
_CLAIMS: dict[str, list[dict[str, Any]]] = {
    "note1": [{"kind": "note", "ref": "note1", "quote": "Feels more tired this week."}],
    "lab1": [
        {"kind": "observation", "ref": "lab1", "name": "Potassium", "value": "5.9",
         "unit": "mmol/L", "when": "2026-11-17"},
    ],
}  # fmt: skip


def launch(patient: str = "p1", user: str = "Practitioner/1") -> Launch:
    """A live launch."""
    return people.launch(patient, user)


def ready_draft(
    of: Launch,
    statements: Iterable[tuple[str, str, Verdict]] = STATEMENTS,
    **fields: Any,
) -> Draft:
    """A draft that waits for decisions."""
    values = {
        "state": Draft.State.READY,
        "drafter": "claude",
        "model_id": "claude-test",
        "ready_at": datetime(2026, 11, 17, 14, 3, tzinfo=UTC),
        **fields,
    }
    draft = people.draft(of, **values)
    draft.reading = ReadingSnapshot(as_of=AS_OF, facts=FACTS).model_dump(mode="json")
    draft.save()
    for position, (section, text, found) in enumerate(statements):
        add_statement(draft, position, section, text, found)
    return draft


def add_statement(
    draft: Draft, position: int, section: str, text: str, found: Verdict
) -> Statement:
    """One more statement."""
    row = Statement(draft=draft, position=position, section=section, outcome=found.outcome.value)
    row.text = text
    row.claims = _CLAIMS.get(found.refs[0] if found.refs else "", [])
    row.verdict = found.model_dump(mode="json")
    row.save()
    return row


def standing(draft: Draft, outcome: Outcome) -> Standing:
    """The last statement of a draft with this outcome."""
    return [s for s in standings(draft) if s.outcome is outcome][-1]


def browser(*launches: Launch, **options: Any) -> Client:
    """A browser that has proven these launches."""
    client = Client(**options)
    for each in launches:
        session = LaunchSession(launch_id=each.pk)
        session.prove()
        session.save()
        client.cookies[cookie_name(each.pk)] = session.session_key or ""
    return client


def end(row: Launch) -> None:
    """End a launch as the EHR does."""
    row.ended_at, row.end_reason = timezone.now(), Launch.EndReason.GRANT_LOST
    row.save()


def reader(resources: Iterable[dict[str, Any]] = (RUTH, PENICILLIN), **missing: Any) -> ChartReader:
    """A chart behind the reader's own door."""
    return ChartReader(resources, missing.get("missing"))
