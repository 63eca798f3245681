"""Creates and updates: what each vendor demands of them and makes of them."""

import re
from collections.abc import Callable
from typing import Any

from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.fhirelementfactory import FHIRElementFactory

from sandbox.fhir import notes, problems, vitals
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate
from sandbox.fhir.owners import patients_of
from sandbox.fhir.store import Entry, Stale

Resource = dict[str, Any]
Rule = Callable[[Resource, Gate], Resource]

_STATUSES = frozenset(("booked", "arrived", "checked-in", "fulfilled", "cancelled", "noshow"))
_ETAG = re.compile(r'(?:W/)?"(\d+)"')


def create(sent: Resource, gate: Gate) -> Entry:
    """Store a new resource as the vendor would. Raises FhirError 400, 403 or 422."""
    _check_form(sent)
    _check_owner(sent, gate, "create")
    kept = _rule(sent, gate)({key: value for key, value in sent.items() if key != "id"}, gate)
    kept.pop("meta", None)
    return _stored(kept, gate)


def update(sent: Resource, identifier: str, if_match: str | None, gate: Gate) -> Entry:
    """Store a new version. Raises FhirError 400, 403, 404, 409 or 412, 422."""
    if sent.get("id") != identifier:
        raise FhirError(400, "invalid", "The id of the resource is not that of the address.")
    _check_form(sent)
    current = gate.store.entry(sent["resourceType"], identifier)
    if current is None or not gate.sees(current):
        raise FhirError(404, "not-found", f"No such {sent['resourceType']}.")
    _check_owner(current.resource, gate, "update")
    _check_owner(sent, gate, "update")
    expected = _version(if_match, gate)
    kept = _rule(sent, gate)(dict(sent), gate)
    try:
        return _stored(kept, gate, expected)
    except Stale:
        status = gate.personality.writing.stale_status
        raise FhirError(status, "conflict", "The resource has changed since.") from None


def patch(changes: Any, kind: str, identifier: str, if_match: str | None, gate: Gate) -> Entry:
    """Change an appointment's status, all that a patch may do here.

    Raises FhirError 400, 403, 404, 409 or 412, 422.
    """
    status = _new_status(changes)
    current = gate.store.entry(kind, identifier)
    if current is None or not gate.sees(current):
        raise FhirError(404, "not-found", f"No such {kind}.")
    _check_owner(current.resource, gate, "update")
    changed = {**current.resource, "status": status}
    _check_form(changed)
    try:
        return _stored(changed, gate, _version(if_match, gate))
    except Stale:
        stale = gate.personality.writing.stale_status
        raise FhirError(stale, "conflict", "The resource has changed since.") from None


def _new_status(changes: Any) -> str:
    """The status out of a JSON Patch (RFC 6902) that replaces it and does nothing else."""
    whole = isinstance(changes, list) and all(isinstance(one, dict) for one in changes)
    if not whole or not changes:
        raise FhirError(400, "structure", "The body is no JSON Patch.")
    places = [(one.get("op"), one.get("path")) for one in changes]
    status = changes[-1].get("value")
    if places != [("replace", "/status")] or status not in _STATUSES:
        raise FhirError(422, "not-supported", "Only the status can be changed, to a known one.")
    return str(status)


def _check_form(sent: Resource) -> None:
    """Refuse what is no valid R4; names the elements, never their values."""
    kind = sent["resourceType"]
    try:
        FHIRElementFactory.instantiate(kind, sent)
    except FHIRValidationError as error:
        names = {str(one.path).partition(".")[0] for one in error.errors if hasattr(one, "path")}
        where = f" Check {', '.join(sorted(names))}." if names else ""
        raise FhirError(400, "structure", f"The body is not a valid {kind}.{where}") from None


def _stored(resource: Resource, gate: Gate, expected: int | None = None) -> Entry:
    kept = gate.store.put(resource, expected=expected)
    entry = gate.store.entry(kept["resourceType"], kept["id"])
    assert entry is not None  # noqa: S101 - it was put a line ago
    return entry


def _check_owner(resource: Resource, gate: Gate, interaction: str) -> None:
    patients = patients_of(resource)
    gate.check_write(resource, patients, interaction)
    for patient in patients:
        if gate.store.entry("Patient", patient) is None:
            raise FhirError(422, "not-found", "The patient of this resource does not exist here.")
    if not patients:
        raise FhirError(400, "required", "The resource names no patient.")


def _version(if_match: str | None, gate: Gate) -> int | None:
    if if_match is None:
        if gate.personality.writing.if_match_required:
            raise FhirError(412, "required", "An If-Match header with the version is required.")
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise FhirError(400, "invalid", 'If-Match is not like W/"1".')
    return int(match[1])


def _rule(sent: Resource, gate: Gate) -> Rule:
    return _RULES[gate.personality.writing.rules, sent["resourceType"]]


_RULES: dict[tuple[str, str], Rule] = {
    ("generic", "DocumentReference"): notes.generic,
    ("epic", "DocumentReference"): notes.epic,
    ("oracle", "DocumentReference"): notes.oracle,
    ("generic", "Observation"): vitals.generic,
    ("epic", "Observation"): vitals.epic,
    ("oracle", "Observation"): vitals.oracle,
    ("generic", "Communication"): vitals.message,
    ("oracle", "Communication"): vitals.oracle_message,
    ("generic", "Condition"): problems.generic,
    ("epic", "Condition"): problems.epic,
    ("oracle", "Condition"): problems.oracle,
    ("generic", "Appointment"): problems.appointment,
    ("oracle", "Appointment"): problems.oracle_appointment,
    ("generic", "MedicationRequest"): vitals.medication,
    ("oracle", "MedicationRequest"): vitals.reported_medication,
}
