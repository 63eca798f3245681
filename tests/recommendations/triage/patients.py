"""Resources of one invented patient, measured some minutes or hours ago."""

from datetime import UTC, datetime, timedelta
from typing import Any

LOINC = "http://loinc.org"
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Quillfeather", "given": ["Ottoline"]}],
    "birthDate": "1970-03-09",
    "gender": "female",
    "address": [{"line": ["14 Zebrawood Lane"], "city": "Ashgrove", "postalCode": "99811"}],
    "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "0048-7731"}],
    "extension": [
        {
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
            "extension": [{"url": "text", "valueString": "Xanthoderm"}],
        }
    ],
}
SIGNS = {
    "breaths": ("9279-1", "Respiratory rate", "/min"),
    "saturation": ("59408-5", "Oxygen saturation", "%"),
    "pulse": ("8867-4", "Heart rate", "/min"),
    "temperature": ("8310-5", "Body temperature", "Cel"),
    "oxygen": ("3151-8", "Inhaled oxygen flow rate", "L/min"),
    "coma": ("9269-2", "Glasgow coma score total", "{score}"),
}


def at(minutes: float) -> str:
    """So many minutes ago, as FHIR has it."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="seconds")


def sign(kind: str, value: float, *, minutes: float = 10, **more: Any) -> dict[str, Any]:
    """A vital sign."""
    code, name, unit = SIGNS[kind]
    found = _observation(code, name, value, unit) | {"effectiveDateTime": at(minutes)}
    category = [{"coding": [{"code": "vital-signs"}]}]
    return {**found, "id": f"{kind}{minutes}", "category": category, **more}


def pressure(systolic: float, diastolic: float, *, minutes: float = 10) -> dict[str, Any]:
    """A blood pressure."""
    parts = (("8480-6", "Systolic", systolic), ("8462-4", "Diastolic", diastolic))
    return {
        "resourceType": "Observation",
        "id": f"bp{minutes}",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Blood pressure"},
        "effectiveDateTime": at(minutes),
        "component": [
            {
                "code": {"coding": [{"system": LOINC, "code": code}], "text": name},
                "valueQuantity": {"value": value, "unit": "mmHg", "code": "mm[Hg]"},
            }
            for code, name, value in parts
        ],
    }


def lab(
    code: str, name: str, value: float, unit: str, *, minutes: float = 60, **more: Any
) -> dict[str, Any]:
    """A laboratory result."""
    found = _observation(code, name, value, unit) | {"effectiveDateTime": at(minutes)}
    category = [{"coding": [{"code": "laboratory"}]}]
    return {**found, "id": f"lab{code}", "category": category, **more}


def _observation(code: str, name: str, value: float, unit: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}], "text": name},
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
    }
