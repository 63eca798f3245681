"""One patient's chart while it is being written: ids, dates and the list of resources."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sandbox.charts.clock import instant

Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"


class Chart:
    """The resources of one patient.

    Ids are opaque (`key`, kind, number), never made of a name: they travel in URLs, and a
    test that looks for PHI there must not trip over the sandbox itself.
    """

    def __init__(self, key: str, today: date) -> None:
        self.key = key
        self.today = today
        self.resources: list[Resource] = []
        self._numbers: Counter[str] = Counter()

    @property
    def patient(self) -> Resource:
        """The Patient, which each story adds first."""
        return self.resources[0]

    @property
    def subject(self) -> Resource:
        """Reference to the patient. No display: a name repeated in each resource leaks."""
        return ref(self.patient)

    def day(self, ago: int) -> str:
        """ISO date so many days before today (negative: ahead)."""
        return (self.today - timedelta(days=ago)).isoformat()

    def at(self, ago: int, clock: str) -> str:
        """ISO instant at `clock` ("HH:MM"), so many days before today."""
        return instant(self.today - timedelta(days=ago), clock)

    def born(self, years: int, days: int = 120) -> str:
        """Birth date of someone whose birthday was `days` ago and who is `years` old."""
        birthday = self.today - timedelta(days=days)
        if (birthday.month, birthday.day) == (2, 29):  # has no namesake in most years
            birthday = birthday.replace(day=28)
        return birthday.replace(year=birthday.year - years).isoformat()

    def add(self, resource: Resource, when: str) -> Resource:
        """Keep `resource`, with an id unless it has one, last updated at instant `when`."""
        kind = resource["resourceType"]
        if "id" not in resource:
            letters = "".join(letter for letter in kind if letter.isupper()).lower()
            self._numbers[letters] += 1
            resource["id"] = f"{self.key}-{letters}{self._numbers[letters]:04d}"
        resource["meta"] = {"versionId": "1", "lastUpdated": when}
        self.resources.append(resource)
        return resource


def ref(resource: Resource, display: str | None = None) -> Resource:
    """A relative Reference to a resource that has its id."""
    found = {"reference": f"{resource['resourceType']}/{resource['id']}"}
    return found | {"display": display} if display else found


def concept(text: str, *codings: tuple[str, str, str]) -> Resource:
    """CodeableConcept of `text` and (system, code, display) triples; empty codes are left out."""
    kept = [
        {"system": system, "code": code, "display": display}
        for system, code, display in codings
        if code
    ]
    return {"coding": kept, "text": text} if kept else {"text": text}


def coded(system: str, code: str, display: str) -> Resource:
    """CodeableConcept of one HL7 code, `system` being the last part of its address."""
    return {"coding": [{"system": f"{HL7}/{system}", "code": code, "display": display}]}


def quantity(value: float, unit: str, code: str) -> Resource:
    """Quantity with a UCUM code."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def pruned(resource: Resource) -> Resource:
    """Without empty members, which FHIR forbids."""
    return {key: value for key, value in resource.items() if value not in (None, [], {}, "")}
