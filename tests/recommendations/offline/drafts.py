"""Drafts that rules make of a small chart, and what they say."""

from datetime import UTC, datetime
from typing import Any

from recommendations.agent import offline
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.results import Concept, Reason
from tests.recommendations.charts import ASKED, reading_from_bundle
from tests.recommendations.clinical.resources import (
    allergy,
    bounds,
    concept,
    condition,
    lab,
    note,
    order,
    patient,
    vital,
)

AS_OF = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
OF_THE_CHART = [key for key, each in DOCUMENTS.items() if not each.asks_why]
PREVISIT, PROGRESS = DOCUMENTS["previsit_summary"], DOCUMENTS["progress_note"]
CHART: list[dict[str, Any]] = [
    patient(),
    {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "type": [concept("Office visit")],
        "reasonCode": [concept("Fatigue")],
        "period": {"start": "2026-11-17T13:10:00Z"},
    },
    condition("c1", "Chronic kidney disease, stage 3b", onsetDateTime="2024-10-19"),
    condition("c2", "Asthma", clinicalStatus=concept(code="resolved")),
    condition("c3", "Lupus", verificationStatus=concept(code="refuted")),
    condition("c4", "Embolism", verificationStatus=concept(code="unconfirmed")),
    order(
        "m1",
        "Spironolactone 25 MG Oral Tablet",
        authoredOn="2026-10-27",
        dosageInstruction=[
            {
                "route": concept("Oral"),
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 25, "unit": "mg"}}],
            }
        ],
    ),
    order("m2", "Spironolactone 12.5 MG", status="stopped", authoredOn="2026-08-04"),
    order("m3", "Naproxen", intent="plan", reportedBoolean=True, authoredOn="2026-11-17"),
    allergy("a1", "Penicillin", reaction=[{"manifestation": [concept("Anaphylaxis")]}]),
    allergy("a2", "No known allergies", "716186003"),
    lab("o1", "Potassium", 5.9, "2026-11-17", referenceRange=bounds(3.5, 5.1)),
    lab("o2", "Potassium", 4.9, "2026-10-27", referenceRange=bounds(3.5, 5.1)),
    lab("o3", "Sodium", 139, "2026-11-17", referenceRange=bounds(135, 145)),
    vital("v1", "Blood pressure", None, "2026-11-17", code=concept("BP", "85354-9")) | {
        "valueQuantity": None,
        "component": [
            {"code": concept("Systolic"), "valueQuantity": {"value": 118, "unit": "mmHg"}},
            {"code": concept("Diastolic"), "valueQuantity": {"value": 70, "unit": "mmHg"}},
        ],
    },
    note("n1", b"Feels more tired this week. Denies chest pain.", "2026-11-17"),
    {
        "resourceType": "FamilyMemberHistory",
        "id": "f1",
        "status": "completed",
        "relationship": concept("Mother"),
        "condition": [{"code": concept("type 2 diabetes")}],
    },
    {
        "resourceType": "Appointment",
        "id": "ap1",
        "status": "noshow",
        "start": "2026-10-03T09:00:00Z",
        "serviceType": [concept("Cardiology")],
    },
]  # fmt: skip


def drafted(
    document: str, resources: list[dict[str, Any]] = CHART, **missing: Reason
) -> list[DraftedStatement]:
    reasons = {Concept(name): reason for name, reason in missing.items()}
    chart = reading_from_bundle(resources, as_of=AS_OF, missing=reasons, asked=ASKED)
    return list(offline.draft(DOCUMENTS[document], chart))


def texts(statements: list[DraftedStatement]) -> set[str]:
    return {s.text for s in statements}
