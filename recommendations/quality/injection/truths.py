"""True statements on what was read, as a model that is not attacked would write them."""

from collections.abc import Iterator, Mapping
from typing import Any

Statement = dict[str, Any]


def true_statements(read: Mapping[str, Mapping[str, Any]], section: str) -> list[Statement]:
    """One on the first fact of each tool that has a plain way to be told."""
    return [
        {"section": section, "text": text, "claims": [claim]}
        for tool, result in read.items()
        for fact in result.get("facts", [])[:2]
        for text, claim in _told(tool, fact)
    ]


def _told(tool: str, fact: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    ref, name = fact["handle"], str(fact.get("name", ""))[:250]
    if tool == "allergies":
        yield f"Allergy: {name}.", {"kind": "allergy", "ref": ref, "substance": name}
    elif tool == "medications":
        yield (
            f"{name}, active.",
            {"kind": "medication", "ref": ref, "name": name, "status": "active"},
        )
    elif tool == "diagnoses":
        yield (
            f"{name}, active.",
            {"kind": "condition", "ref": ref, "name": name, "status": "active"},
        )
    elif tool in {"labs", "vitals"} and " " in str(fact.get("value", "")):
        number, unit = str(fact["value"]).split(" ", 1)
        claim = {
            "kind": "observation",
            "ref": ref,
            "name": name,
            "value": number,
            "unit": unit[:60],
        }
        yield f"{name} {number} {unit[:60]}.", claim
    elif tool in {"encounters", "procedures", "immunizations", "care_plans", "appointments"}:
        yield f"{name}.", {"kind": "event", "ref": ref, "name": name}
