"""Small resources to make facts of."""

import base64
from typing import Any

LOINC = "http://loinc.org"


def concept(text: str = "", code: str = "", system: str = "", display: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code, "display": display}
    found: dict[str, Any] = {"coding": [coding]} if code or display else {}
    return found | ({"text": text} if text else {})


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "gender": "female",
        "birthDate": "1958-03-09",
        "name": [{"family": "Halloway", "given": ["Ruth", "Anne"]}],
        "identifier": [{"value": "  0048-2217"}],
        "telecom": [{"system": "phone", "value": "(555) 010-2233"}],
        "address": [{"line": ["14 Example Lane"], "postalCode": "55012"}],
    } | more


def lab(
    ident: str,
    name: str,
    value: Any,
    when: str | None,
    *,
    unit: str = "mmol/L",
    code: str = "",
    **more: Any,
) -> dict[str, Any]:
    found = {
        "resourceType": "Observation",
        "id": ident,
        "status": "final",
        "category": [concept(code="laboratory")],
        "code": concept(name, code, LOINC),
        "valueQuantity": {"value": value, "unit": unit},
    }
    return found | ({"effectiveDateTime": when} if when else {}) | more


def vital(ident: str, name: str, value: Any, when: str, **more: Any) -> dict[str, Any]:
    return lab(ident, name, value, when) | {"category": [concept(code="vital-signs")]} | more


def bounds(low: Any, high: Any) -> list[dict[str, Any]]:
    return [{"low": {"value": low}, "high": {"value": high}}]


def order(ident: str, name: str = "", **more: Any) -> dict[str, Any]:
    found = {
        "resourceType": "MedicationRequest",
        "id": ident,
        "status": "active",
        "intent": "order",
    }
    return found | ({"medicationCodeableConcept": concept(name)} if name else {}) | more


def allergy(ident: str, name: str, code: str = "", **more: Any) -> dict[str, Any]:
    found = {"resourceType": "AllergyIntolerance", "id": ident, "code": concept(name, code)}
    return found | {"clinicalStatus": concept(code="active")} | more


def condition(
    ident: str, name: str, category: str = "problem-list-item", **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": ident,
        "code": concept(name),
        "category": [concept(code=category)],
        "clinicalStatus": concept(code="active"),
        "verificationStatus": concept(code="confirmed"),
    } | more


def note(
    ident: str, text: bytes, when: str, content_type: str = "text/plain", **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": ident,
        "status": "current",
        "type": concept("Progress note"),
        "date": when,
        "author": [{"display": "J. Ferris, RN"}],
        "content": [
            {"attachment": {"contentType": content_type, "data": base64.b64encode(text).decode()}}
        ],
    } | more
