"""The row one vendor sends where nobody has asked about allergies: neither an allergy nor none."""

from datetime import UTC, datetime
from typing import Any

from sandbox.fhir.search.engine import narrowed, patients_asked
from sandbox.fhir.search.query import Query
from sandbox.fhir.store import Entry, Store

KIND = "AllergyIntolerance"
_PREFIX = "nof-"
_SNOMED = "http://snomed.info/sct"
_HL7 = "http://terminology.hl7.org/CodeSystem"


def rows(query: Query, store: Store, bound: str | None) -> list[Entry]:
    """Return a row for each patient asked for whose chart says nothing of allergies."""
    if query.type != KIND:
        return []
    asked = {bound} if bound else patients_asked(query) or set()
    found = [_row(one, store) for one in sorted(asked)]
    return narrowed([entry for entry in found if entry], [query.conditions])


def read(kind: str, identifier: str, store: Store) -> Entry | None:
    """Return the row of that id, while there is still nothing else to say."""
    if kind != KIND or not identifier.startswith(_PREFIX):
        return None
    return _row(identifier.removeprefix(_PREFIX), store)


def _row(patient: str, store: Store) -> Entry | None:
    if store.entry("Patient", patient) is None or store.entries(KIND, patient):
        return None
    display = {"system": _SNOMED, "code": "1631000175102", "display": "Patient not asked"}
    resource: dict[str, Any] = {
        "resourceType": KIND,
        "id": f"{_PREFIX}{patient}",
        "meta": {},
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "verificationStatus": _status("allergyintolerance-verification", "confirmed"),
        "code": {"coding": [display], "text": "Not on File"},
        "patient": {"reference": f"Patient/{patient}"},
    }
    now = datetime.now(UTC)
    return Entry(KIND, resource["id"], 1, now, frozenset({patient}), resource)


def _status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_HL7}/{system}", "code": code}]}
