"""Laboratory results as a hospital writes them, for benchmarks that need many."""

from datetime import UTC, datetime, timedelta
from typing import Any

PATIENT = "p-1"
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
TESTS = (
    ("2823-3", "Potassium", "mmol/L", 3.5, 5.1),
    ("2951-2", "Sodium", "mmol/L", 135.0, 145.0),
    ("2160-0", "Creatinine", "mg/dL", 0.6, 1.2),
    ("718-7", "Hemoglobin", "g/dL", 12.0, 16.0),
    ("4548-4", "Hemoglobin A1c", "%", 4.0, 5.6),
)
_CATEGORY = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "laboratory",
            "display": "Laboratory",
        }
    ],
    "text": "Laboratory",
}


def result(number: int) -> dict[str, Any]:
    """Return one result, of the ``number``'s test, time and value; its id is ``o{number}``."""
    code, name, unit, low, high = TESTS[number % len(TESTS)]
    at = AS_OF - timedelta(hours=7 * number)
    value = round(low + (high - low) * (number * 37 % 130) / 100, 2)
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "meta": {"versionId": "1", "lastUpdated": at.isoformat()},
        "identifier": [{"system": "urn:oid:1.2.3", "value": f"A-{number}"}],
        "status": "final",
        "category": [_CATEGORY],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": code, "display": name}],
            "text": name,
        },
        "subject": {"reference": f"Patient/{PATIENT}", "display": "Example, Patient"},
        "encounter": {"reference": f"Encounter/e{number // 5}"},
        "effectiveDateTime": at.isoformat(),
        "issued": (at + timedelta(hours=2)).isoformat(),
        "performer": [{"reference": "Organization/lab", "display": "Laboratory"}],
        "valueQuantity": _quantity(value, unit),
        "referenceRange": [
            {
                "low": _quantity(low, unit),
                "high": _quantity(high, unit),
                "text": f"{low} - {high} {unit}",
            }
        ],
    }


def _quantity(amount: float, unit: str) -> dict[str, Any]:
    return {"value": amount, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
