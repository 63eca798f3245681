"""One invented chart: potassium too high on spironolactone, and a note."""

import base64
from typing import Any


def _coded(text: str, system: str, code: str) -> dict[str, Any]:
    return {"text": text, "coding": [{"system": system, "code": code, "display": text}]}


def _category(code: str) -> list[dict[str, Any]]:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return [{"coding": [{"system": system, "code": code}]}]


def potassium(identifier: str, value: float, day: str) -> dict[str, Any]:
    """One result."""
    return {
        "resourceType": "Observation",
        "id": identifier,
        "meta": {"versionId": "1"},
        "status": "final",
        "category": _category("laboratory"),
        "code": _coded("Potassium", "http://loinc.org", "2823-3"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": f"{day}T08:00:00Z",
        "valueQuantity": {
            "value": value,
            "unit": "mmol/L",
            "system": "http://unitsofmeasure.org",
            "code": "mmol/L",
        },
        "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1}}],
    }


NOTE = "Feels more tired this week. Denies chest pain."

CHART: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"versionId": "1"},
        "name": [{"family": "Quillfeather", "given": ["Ottoline"]}],
        "gender": "female",
        "birthDate": "1958-03-02",
        "identifier": [{"system": "urn:mrn", "value": "MRN-77310"}],
    },
    potassium("k2", 5.9, "2026-11-17"),
    potassium("k1", 4.9, "2026-08-24"),
    {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "meta": {"versionId": "3"},
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": _coded(
            "Spironolactone 25 mg tablet", "http://www.nlm.nih.gov/research/umls/rxnorm", "313096"
        ),
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-10-27",
        "dosageInstruction": [{"text": "Take 1 tablet by mouth once daily"}],
    },
    {
        "resourceType": "Condition",
        "id": "c1",
        "meta": {"versionId": "1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "category": _category("problem-list-item"),
        "code": _coded("Heart failure", "http://snomed.info/sct", "84114007"),
        "subject": {"reference": "Patient/p1"},
        "onsetDateTime": "2024-02-10",
    },
    {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "meta": {"versionId": "1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": _coded("Penicillin", "http://www.nlm.nih.gov/research/umls/rxnorm", "7980"),
        "patient": {"reference": "Patient/p1"},
        "reaction": [{"manifestation": [{"text": "anaphylaxis"}]}],
    },
    {
        "resourceType": "DocumentReference",
        "id": "n1",
        "meta": {"versionId": "1"},
        "status": "current",
        "type": {"text": "Nursing note"},
        "subject": {"reference": "Patient/p1"},
        "date": "2026-11-17T10:00:00Z",
        "author": [{"display": "J. Ferris, RN"}],
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain",
                    "data": base64.b64encode(NOTE.encode()).decode(),
                }
            }
        ],
    },
]
