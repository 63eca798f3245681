"""The small demands that every vendor's rules for a write are made of."""

import base64
import binascii
from typing import Any

from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate
from sandbox.fhir.owners import patients_of
from sandbox.fhir.search.values import tokens

Resource = dict[str, Any]
LOINC = "http://loinc.org"


def demand(condition: object, sentence: str, *, status: int = 400, code: str = "invalid") -> None:
    """Refuse with a sentence unless a condition holds."""
    if not condition:
        raise FhirError(status, code, sentence)


def has_code(concept: Any, system: str) -> bool:
    """Return whether a CodeableConcept has a coding of a system."""
    return isinstance(concept, dict) and f"{system}|" in set(tokens(concept))


def codes(concepts: Any) -> set[str]:
    """Return all codes of one CodeableConcept or several, without their systems."""
    held = concepts if isinstance(concepts, list) else [concepts]
    return {token for one in held if isinstance(one, dict) for token in tokens(one)}


def content(attachment: Any) -> bytes:
    """Return an attachment's bytes. Raises FhirError when there are none or they are no base64."""
    data = attachment.get("data") if isinstance(attachment, dict) else None
    demand(isinstance(data, str) and data, "The attachment has no data.")
    try:
        return base64.b64decode(str(data), validate=True)
    except (binascii.Error, ValueError):
        raise FhirError(400, "invalid", "The attachment's data is not base64.") from None


def reference(value: Any) -> str:
    """Return ``Type/id`` of a Reference, without the server; empty when there is none."""
    text = value.get("reference") if isinstance(value, dict) else None
    return "/".join(str(text).split("/")[-2:]) if text else ""


def encounter_of(resource: Resource, found: Any, gate: Gate) -> bool:
    """Return whether a Reference names an encounter of the resource's own patient."""
    kind, _, identifier = reference(found).partition("/")
    entry = gate.store.entry("Encounter", identifier) if kind == "Encounter" else None
    return entry is not None and entry.patients == patients_of(resource)


def user(gate: Gate) -> str:
    """Return ``Type/id`` of the person behind the token; empty for a system."""
    return "/".join((gate.grant.user or "").split("/")[-2:])
