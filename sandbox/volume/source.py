"""The generated charts as the store sees them: by type, by id, by patient."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from sandbox.charts.chart import Chart, Resource
from sandbox.charts.hospital import ORTIZ
from sandbox.charts.medications import medication
from sandbox.fhir.derived import derived
from sandbox.fhir.store import Entry
from sandbox.volume import charts

GROUP_ID = "eG-volume"
_ID = re.compile(r"v(\d{6})(?:-\w+)?")
_KEPT = 200

Held = dict[str, dict[str, Entry]]


class Volume:
    """``size`` patients, made from ``seed`` as they stand on ``today``; a few are kept a while."""

    TYPES: ClassVar[frozenset[str]] = frozenset(
        {
            *("Patient", "Encounter", "Condition", "AllergyIntolerance"),
            *("MedicationRequest", "Observation"),
        }
    )

    def __init__(self, size: int, today: date, *, seed: int = 1, draws: int = 2) -> None:
        self.size = size
        self._today = today
        self._seed = seed
        self._draws = draws
        self._lock = threading.Lock()
        self._charts: OrderedDict[int, Held] = OrderedDict()
        self._drugs = _drugs(today)

    def entry(self, kind: str, identifier: str) -> Entry | None:
        """Return a generated resource, or None."""
        if kind == "Medication":
            return self._drugs.get(identifier)
        number = self._number(identifier)
        if number is None:
            return None
        if kind == "Patient":
            return self._person(number) if identifier == charts.identifier(number) else None
        return self._chart(number).get(kind, {}).get(identifier)

    def entries(self, kind: str, patient: str) -> list[Entry]:
        """Return a generated patient's resources of a type."""
        number = self._number(patient)
        if number is None or patient != charts.identifier(number):
            return []
        return list(self._chart(number).get(kind, {}).values())

    def patients(self) -> Iterator[Entry]:
        """Return every generated Patient, each made when it is reached."""
        return map(self._person, range(self.size))

    def ids(self) -> list[str]:
        """Return the ids of all generated patients."""
        return [charts.identifier(number) for number in range(self.size)]

    def has(self, patient: str) -> bool:
        """Return whether a patient of that id is generated."""
        number = self._number(patient)
        return number is not None and patient == charts.identifier(number)

    def resources(self, patient: str, kind: str | None = None) -> list[Resource]:
        """Return a patient's chart, or one type of it, kept nowhere; for exports of them all."""
        number = self._number(patient)
        if number is None:
            return []
        # Results are made last and are most of a chart: who wants none of them need not wait.
        draws = self._draws if kind in {None, "Observation"} else 0
        made = charts.whole(number, self._seed, self._today, draws)
        return [one for one in made if kind in {None, one["resourceType"]}]

    def _number(self, identifier: str) -> int | None:
        match = _ID.fullmatch(identifier)
        number = int(match[1]) if match else self.size
        return number if number < self.size else None

    def _person(self, number: int) -> Entry:
        """Return a Patient alone: whoever lists thousands wants no charts."""
        return entry_of(charts.person(number, self._seed, self._today)[0].patient)

    def _chart(self, number: int) -> Held:
        with self._lock:
            found = self._charts.get(number)
            if found is not None:
                self._charts.move_to_end(number)
                return found
        held: Held = {}
        for resource in self.resources(charts.identifier(number)):
            held.setdefault(resource["resourceType"], {})[resource["id"]] = entry_of(resource)
        with self._lock:
            self._charts[number] = held
            while len(self._charts) > _KEPT:
                self._charts.popitem(last=False)
        return held

    def group(self) -> Resource:
        """Return the Group of all generated patients."""
        return group(GROUP_ID, "All generated patients", self.ids())


def group(identifier: str, name: str, patients: list[str]) -> Resource:
    """Return a Group of patients, as a registry would define it."""
    return {
        "resourceType": "Group",
        "id": identifier,
        "active": True,
        "type": "person",
        "actual": True,
        "name": name,
        "quantity": len(patients),
        "member": [{"entity": {"reference": f"Patient/{one}"}} for one in patients],
    }


def entry_of(resource: Resource) -> Entry:
    """Return a generated resource as an entry of the store, its first version."""
    owner: Any = resource.get("subject") or resource.get("patient") or {}
    named = str(owner.get("reference", "")).rpartition("/")[2]
    patient = resource["id"] if resource["resourceType"] == "Patient" else named
    updated = datetime.fromisoformat(resource["meta"]["lastUpdated"])
    kind = resource["resourceType"]
    return Entry(kind, resource["id"], 1, updated, frozenset({patient} - {""}), resource)


def _drugs(today: date) -> dict[str, Entry]:
    """Return the Medications that the generated orders can refer to, by id."""
    chart = Chart("v", today)
    chart.resources.append({"resourceType": "Patient", "id": "v"})
    found = {}
    for drug in charts.DRUGS:
        order = medication(chart, drug, "", ORTIZ, dose=(1.0, "tablet"), since=0)
        for one in derived(order, lambda _: None):
            found[one["id"]] = entry_of({**one, "meta": dict(order["meta"])})
    return found
