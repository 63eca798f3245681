"""The list of current medications: made when it is asked for, of the orders that stand.

One vendor has it as ``List.Search (Medication List)``. A change of any order changes it, so it is
kept nowhere; its version is the sum of what it was made of.
"""

from typing import Any

from sandbox.fhir.search.engine import narrowed, patients_asked
from sandbox.fhir.search.query import Query
from sandbox.fhir.store import Entry, Store

KIND = "List"
_PREFIX = "ml-"
_CURRENT = frozenset({"active", "on-hold"})
_LOINC = {"system": "http://loinc.org", "code": "10160-0", "display": "Medication use"}
_USE = {
    "system": "http://terminology.hl7.org/CodeSystem/list-example-use-codes",
    "code": "medications",
    "display": "Medication List",
}


def rows(query: Query, store: Store, bound: str | None) -> list[Entry]:
    """Return the lists that a search finds: one for each patient it names or is confined to."""
    if query.type != KIND:
        return []
    asked = {bound} if bound else patients_asked(query) or _named(query)
    found = [_row(one, store) for one in sorted(asked)]
    return narrowed([entry for entry in found if entry], [query.conditions])


def read(kind: str, identifier: str, store: Store) -> Entry | None:
    """Return the list of that id."""
    if kind != KIND or not identifier.startswith(_PREFIX):
        return None
    return _row(identifier.removeprefix(_PREFIX), store)


def _named(query: Query) -> set[str]:
    return {one.removeprefix(_PREFIX) for one in query.plain("_id") or []}


def _row(patient: str, store: Store) -> Entry | None:
    person = store.entry("Patient", patient)
    if person is None:
        return None
    orders = store.entries("MedicationRequest", patient)
    current = [one for one in orders if one.resource.get("status") in _CURRENT]
    changed = max(one.updated for one in [person, *orders])
    version = sum(one.version for one in [person, *orders])
    resource: dict[str, Any] = {
        "resourceType": KIND,
        "id": f"{_PREFIX}{patient}",
        "meta": {
            "versionId": str(version),
            "lastUpdated": changed.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        },
        "status": "current",
        "mode": "snapshot",
        "title": "Medication List",
        "code": {"coding": [_USE, _LOINC], "text": "Medication List"},
        "subject": {"reference": f"Patient/{patient}"},
        "date": changed.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    if current:
        resource["entry"] = [_item(one) for one in current]
    return Entry(KIND, resource["id"], version, changed, frozenset({patient}), resource)


def _item(order: Entry) -> dict[str, Any]:
    concept = order.resource.get("medicationCodeableConcept", {})
    named = concept.get("text") or order.resource.get("medicationReference", {}).get("display")
    item = {"reference": f"MedicationRequest/{order.id}"}
    return {"item": {**item, "display": named} if named else item}
