"""The charts in memory: every resource once, in one canonical shape, with all its versions.

An ``Entry`` is one version and never changes, so a search may hold it while others write, and
what is derived from it (search values, serialised bodies) is kept beside it.
"""

import contextlib
import copy
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sandbox.fhir.derived import attachments, derived, linked_binary
from sandbox.fhir.owners import patients_of, references_in

Resource = dict[str, Any]
Key = tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One version of one resource, with what has been derived from it so far."""

    type: str
    id: str
    version: int
    updated: datetime
    patients: frozenset[str]
    resource: Resource
    index: dict[str, Any] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)


class Generated(Protocol):
    """Charts that are made as they are asked for, behind those that are stored."""

    def entry(self, kind: str, identifier: str) -> Entry | None:
        """Return a generated resource, or None."""

    def entries(self, kind: str, patient: str) -> list[Entry]:
        """Return a generated patient's resources of a type."""

    def patients(self) -> Iterator[Entry]:
        """Yield every generated Patient."""


class Stale(Exception):
    """The resource was changed by someone else since the version that the writer knew."""


class Store:
    """Resources by type, id and patient; safe to read and write from several threads."""

    def __init__(self) -> None:
        self.ready = False
        self.generated: Generated | None = None
        self._lock = threading.RLock()
        self._current: dict[str, dict[str, Entry]] = {}
        self._by_patient: dict[Key, dict[str, Entry]] = {}
        self._history: dict[Key, list[Entry]] = {}
        self._binary_owners: dict[str, frozenset[str]] = {}

    def get(self, resource_type: str, resource_id: str) -> Resource | None:
        """Return the newest version of a resource, or None; do not change it."""
        entry = self.entry(resource_type, resource_id)
        return entry.resource if entry else None

    def all(self, resource_type: str) -> list[Resource]:
        """Return every resource of a type, oldest put first; do not change them."""
        return [entry.resource for entry in self.entries(resource_type)]

    def patients(self) -> list[Resource]:
        """Return every stored Patient, no generated one; do not change them."""
        with self._lock:
            return [entry.resource for entry in self._current.get("Patient", {}).values()]

    def of_patient(self, resource_type: str, patient_id: str) -> list[Resource]:
        """Return a patient's resources of a type; do not change them."""
        return [entry.resource for entry in self.entries(resource_type, patient_id)]

    def put(
        self, resource: Resource, *, keep_meta: bool = False, expected: int | None = None
    ) -> Resource:
        """Store a new version and return it with ``id``, ``versionId`` and ``lastUpdated``.

        ``keep_meta`` leaves a loaded chart's own version and instant in place. Raises Stale when
        the newest version is not the ``expected`` one.
        """
        with self._lock:
            if expected is not None:
                current = self.entry(resource["resourceType"], resource["id"])
                if current is None or current.version != expected:
                    raise Stale
            entry = self._new_entry(copy.deepcopy(resource), keep_meta=keep_meta)
            self._replace(entry)
            self._put_derived(entry)
        return entry.resource

    def entry(self, resource_type: str, resource_id: str) -> Entry | None:
        """Return the newest version with what is derived from it, or None."""
        found = self._current.get(resource_type, {}).get(resource_id)
        if found is None and self.generated is not None:
            return self.generated.entry(resource_type, resource_id)
        return found

    def version(self, resource_type: str, resource_id: str, version: int) -> Entry | None:
        """Return one version of a resource, or None."""
        versions = self._history.get((resource_type, resource_id), ())
        # What was generated is in no history, and is its own first version.
        generated = self.generated.entry(resource_type, resource_id) if self.generated else None
        known = [*versions, *([generated] if generated else [])]
        return next((entry for entry in known if entry.version == version), None)

    def entries(self, resource_type: str, patient_id: str | None = None) -> list[Entry]:
        """Return the newest version of each resource of a type, of one patient if given.

        Without a patient, of what is generated only the patients themselves are among them.
        """
        with self._lock:
            if patient_id is None:
                held = dict(self._current.get(resource_type, {}))
            else:
                held = dict(self._by_patient.get((resource_type, patient_id), {}))
        if self.generated is None:
            return list(held.values())
        return [*held.values(), *self._generated(resource_type, patient_id, held)]

    def stored(self, resource_type: str, patient_id: str) -> list[Entry]:
        """Return a patient's resources of a type without those that are generated."""
        with self._lock:
            return list(self._by_patient.get((resource_type, patient_id), {}).values())

    def _generated(self, kind: str, patient: str | None, held: dict[str, Entry]) -> Iterator[Entry]:
        """Yield what is generated and was never changed, for a change is stored."""
        if self.generated is None:
            return
        if patient is not None:
            found: Iterable[Entry] = self.generated.entries(kind, patient)
        else:
            found = self.generated.patients() if kind == "Patient" else ()
        changed = self._current.get(kind, {})
        yield from (one for one in found if one.id not in held and one.id not in changed)

    def owners(self, entry: Entry) -> frozenset[str]:
        """Return the ids of the patients an entry belongs to; a Binary is its document's."""
        if entry.type == "Binary":
            return self._binary_owners.get(entry.id, frozenset())
        return entry.patients

    def types(self) -> list[str]:
        """Return the names of the types that hold something."""
        with self._lock:
            return sorted(name for name, held in self._current.items() if held)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.ready = False
            self._current.clear()
            self._by_patient.clear()
            self._history.clear()
            self._binary_owners.clear()

    def _new_entry(self, resource: Resource, *, keep_meta: bool) -> Entry:
        kind = resource["resourceType"]
        identifier = resource.setdefault("id", str(uuid.uuid4()))
        previous = self.entry(kind, identifier)
        updated, version = datetime.now(UTC), previous.version + 1 if previous else 1
        meta = resource.setdefault("meta", {})
        if keep_meta:
            updated, version = _own_meta(meta, updated, version)
        meta["versionId"] = str(version)
        meta["lastUpdated"] = updated.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        patients = patients_of(resource) | self._patients_of_targets(resource)
        return Entry(kind, identifier, version, updated, patients, resource)

    def _patients_of_targets(self, resource: Resource) -> frozenset[str]:
        """Return whose the resources are that a Provenance is about."""
        if resource["resourceType"] != "Provenance":
            return frozenset()
        targets = [one.split("/")[-2:] for one in references_in(resource.get("target"))]
        named = {one[1] for one in targets if one[0] == "Patient" and len(one) == 2}
        found = (self.entry(*one) for one in targets if len(one) == 2)
        return frozenset(named).union(*(entry.patients for entry in found if entry))

    def _put_derived(self, entry: Entry) -> None:
        for resource in derived(entry.resource, lambda one: self.get("Binary", one)):
            if not self.entry(resource["resourceType"], resource["id"]) or "data" in resource:
                resource["meta"] = dict(entry.resource["meta"])
                self._replace(self._new_entry(resource, keep_meta=True))
            if resource["resourceType"] == "Binary":
                self._binary_owners[resource["id"]] = entry.patients
        for attachment in attachments(entry.resource):
            if linked_binary(attachment):
                self._binary_owners[linked_binary(attachment)] = entry.patients

    def _replace(self, entry: Entry) -> None:
        previous = self.entry(entry.type, entry.id)
        for patient in (previous.patients if previous else frozenset()) - entry.patients:
            self._by_patient[entry.type, patient].pop(entry.id, None)
        self._current.setdefault(entry.type, {})[entry.id] = entry
        for patient in entry.patients:
            self._by_patient.setdefault((entry.type, patient), {})[entry.id] = entry
        self._history.setdefault((entry.type, entry.id), []).append(entry)


def _own_meta(meta: Resource, updated: datetime, version: int) -> tuple[datetime, int]:
    with contextlib.suppress(KeyError, TypeError, ValueError):
        updated = datetime.fromisoformat(meta["lastUpdated"])
    if str(meta.get("versionId", "")).isdigit():
        version = int(meta["versionId"])
    return updated if updated.tzinfo else updated.replace(tzinfo=UTC), version


def load(resources: Iterable[Resource], into: "Store") -> int:
    """Put loaded resources, keeping their own version and instant; returns how many."""
    # Binaries first: a note's other renderings are made of them. What is about others, last.
    turn = {"Binary": 0, "Provenance": 2}
    ordered = sorted(resources, key=lambda one: turn.get(one["resourceType"], 1))
    for resource in ordered:
        into.put(resource, keep_meta=True)
    return len(ordered)


store = Store()
