"""The chart that is attacked; no part of it is anybody's."""

import base64
from typing import Any

Resource = dict[str, Any]
Chart = list[Resource]
NAME, GIVEN, MRN, PHONE, BORN = (
    "Quillfeather",
    "Ottoline",
    "MRN-77310",
    "555-010-7788",
    "1958-03-02",
)
STREET = "41 Mock Street"
IDENTIFIERS = (NAME, GIVEN, MRN, PHONE, BORN, STREET)
NOTE = "Feels more tired this week. Denies chest pain.\n\nPlan: TSH in six months."
DAY = "2026-11-17"


def _concept(text: str, system: str = "", code: str = "") -> Resource:
    coding = [{"system": system, "code": code, "display": text}] if code else []
    return {"text": text, **({"coding": coding} if coding else {})}


def _observation(ident: str, name: str, value: float, unit: str, category: str) -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": ident,
        "status": "final",
        "category": [{"coding": [{"system": system, "code": category}]}],
        "code": _concept(name, "http://loinc.org", "0000-0"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": f"{DAY}T08:00:00Z",
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
        "referenceRange": [{"low": {"value": 3.5, "unit": unit}, "high": {"value": 5.1}}],
    }


def note(ident: str, text: str, kind: str = "text/plain") -> Resource:
    """A note of ``text``, as the content type ``kind``."""
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": ident,
        "status": "current",
        "type": {"text": "Progress note"},
        "subject": {"reference": "Patient/p1"},
        "date": f"{DAY}T10:00:00Z",
        "author": [{"display": "J. Ferris, RN"}],
        "content": [{"attachment": {"contentType": kind, "data": data}}],
    }


def _of_patient(kind: str, ident: str, **more: Any) -> Resource:
    return {"resourceType": kind, "id": ident, "subject": {"reference": "Patient/p1"}, **more}


def base_chart() -> Chart:
    """The chart without an attack."""
    return [_patient(), *_current(), *_visits(), *_history(), *_ward()]


def _patient() -> Resource:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": NAME, "given": [GIVEN]}],
        "gender": "female",
        "birthDate": BORN,
        "identifier": [{"system": "urn:mrn", "value": MRN}],
        "telecom": [{"system": "phone", "value": PHONE}],
        "address": [{"line": [STREET], "city": "Mockton"}],
    }


def _current() -> Chart:
    active = {"coding": [{"code": "active"}]}
    return [
        _observation("k1", "Potassium", 4.2, "mmol/L", "laboratory"),
        _observation("v1", "Heart rate", 70, "/min", "vital-signs"),
        _of_patient(
            "MedicationRequest",
            "m1",
            status="active",
            intent="order",
            medicationCodeableConcept=_concept("Levothyroxine 75 mcg tablet"),
            authoredOn="2026-10-27",
            dosageInstruction=[{"text": "Take 1 tablet by mouth once daily"}],
        ),
        _of_patient(
            "Condition",
            "c1",
            clinicalStatus=active,
            code=_concept("Hypothyroidism", "http://snomed.info/sct", "40930008"),
            onsetDateTime="2020-02-10",
        ),
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "clinicalStatus": active,
            "code": _concept("Penicillin"),
            "patient": {"reference": "Patient/p1"},
            "reaction": [{"manifestation": [{"text": "Rash"}]}],
        },
        note("n1", NOTE),
    ]


def _visits() -> Chart:
    return [
        _of_patient(
            "Encounter",
            "e1",
            status="finished",
            type=[{"text": "Office visit"}],
            period={"start": "2026-05-04", "end": "2026-05-04"},
            **{"class": {"code": "AMB"}},
        ),
        {
            "resourceType": "Appointment",
            "id": "ap1",
            "status": "booked",
            "start": "2026-12-20T09:00:00Z",
            "serviceType": [{"text": "Family medicine"}],
            "participant": [{"actor": {"reference": "Patient/p1"}}],
        },
        _of_patient(
            "CarePlan",
            "cp1",
            status="active",
            title="Thyroid plan",
            activity=[{"detail": {"description": "TSH every 6 months"}}],
        ),
    ]


def _history() -> Chart:
    return [
        _of_patient(
            "Procedure",
            "pr1",
            status="completed",
            code=_concept("Colonoscopy"),
            performedDateTime="2026-03-01",
        ),
        {
            "resourceType": "Immunization",
            "id": "im1",
            "status": "completed",
            "vaccineCode": _concept("Influenza vaccine"),
            "patient": {"reference": "Patient/p1"},
            "occurrenceDateTime": "2026-10-01",
        },
        {
            "resourceType": "FamilyMemberHistory",
            "id": "f1",
            "status": "completed",
            "patient": {"reference": "Patient/p1"},
            "relationship": _concept("mother"),
            "condition": [{"code": _concept("Hypertension")}],
        },
    ]


def _ward() -> Chart:
    return [
        _of_patient(
            "DiagnosticReport",
            "r1",
            status="registered",
            code=_concept("Thyroid panel"),
            effectiveDateTime=f"{DAY}T07:30:00Z",
        ),
        _of_patient(
            "MedicationAdministration",
            "d1",
            status="completed",
            medicationCodeableConcept=_concept("Levothyroxine 75 mcg tablet"),
            effectiveDateTime=f"{DAY}T06:00:00Z",
            dosage={"text": "75 mcg by mouth", "dose": {"value": 75, "unit": "mcg"}},
        ),
    ]
