"""A chart out of a file or a list of resources, read as a launch's chart is read."""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason

Resource = dict[str, Any]

TYPES: dict[str, Concept] = {
    "Patient": Concept.PATIENT,
    "MedicationRequest": Concept.MEDICATIONS,
    "MedicationStatement": Concept.MEDICATIONS,
    "AllergyIntolerance": Concept.ALLERGIES,
    "DocumentReference": Concept.NOTES,
    "Encounter": Concept.ENCOUNTERS,
    "Appointment": Concept.APPOINTMENTS,
    "Immunization": Concept.IMMUNIZATIONS,
    "CarePlan": Concept.CARE_PLANS,
    "Procedure": Concept.PROCEDURES,
    "DiagnosticReport": Concept.REPORTS,
    "FamilyMemberHistory": Concept.FAMILY_HISTORY,
    "MedicationAdministration": Concept.ADMINISTRATIONS,
    "Communication": Concept.MESSAGES,
    "ServiceRequest": Concept.REFERRALS,
}
CATEGORIES: dict[str, Concept] = {
    "laboratory": Concept.LABS,
    "vital-signs": Concept.VITALS,
    "problem-list-item": Concept.PROBLEMS,
    "encounter-diagnosis": Concept.ENCOUNTER_DIAGNOSES,
}
_URN = re.compile(r'(?<="reference":")urn:uuid:[^"]+|(?<="reference": ")urn:uuid:[^"]+')


class BundleReader:
    """Answers as ``smartapp.fhir.reader.Reader`` does, from resources in memory.

    ``missing`` says which concepts cannot be read, and why; nothing of those is given, but for
    what was withheld or cut off in part.
    """

    patient_id = "p1"

    def __init__(
        self, resources: Iterable[Resource], missing: Mapping[Concept, Reason] | None = None
    ) -> None:
        self.resources = list(resources)
        self.missing = dict(missing or {})
        self.documents = {r["id"]: r for r in self.resources if r.get("resourceType") == "Binary"}
        self.included = {
            f"Medication/{r['id']}": Fetched.of(r)
            for r in self.resources
            if r.get("resourceType") == "Medication"
        }

    def read(self, concept: Concept) -> ReadResult:
        """All of one concept, in the order of the resources."""
        reason = self.missing.get(concept)
        found = tuple(Fetched.of(r) for r in self.resources if concept_of(r) is concept)
        withheld = reason not in {None, Reason.SUPPRESSED, Reason.CUT_OFF}
        return ReadResult(
            concept=concept,
            resources=() if withheld else found,
            missing=(Missing(concept, reason),) if reason else (),
            included=self.included,
        )

    def read_all(
        self, concepts: Iterable[Concept], *, when_asked: Callable[[], None] = lambda: None
    ) -> dict[Concept, ReadResult]:
        """Several concepts."""
        return {concept: self.read(concept) for concept in concepts}

    def attachments(self, documents: Iterable[Fetched]) -> dict[str, tuple[bytes, str] | Missing]:
        """The documents' bytes and content types, by reference."""
        return {document.reference: self.attachment(document) for document in documents}

    def attachment(self, document: Fetched) -> tuple[bytes, str] | Missing:
        """A document's bytes and content type: inline, or a Binary among the resources."""
        contents = document.raw.get("content") or [{}]
        attachment = contents[0].get("attachment") or {}
        if "url" in attachment:
            binary = self.documents.get(str(attachment["url"]).rsplit("/", 1)[-1])
            attachment = dict(attachment, data=binary["data"]) if binary else attachment
        if "data" not in attachment:
            return Missing(Concept.NOTES, Reason.FAILED)
        return base64.b64decode(attachment["data"]), attachment.get("contentType", "")


def concept_of(resource: Resource) -> Concept | None:
    """The concept whose search would find this resource."""
    kind = resource.get("resourceType", "")
    if kind not in {"Observation", "Condition"}:
        return TYPES.get(kind)
    categories = resource.get("category")
    for category in categories if isinstance(categories, list) else []:
        for coding in category.get("coding", []):
            if coding.get("code") in CATEGORIES:
                return CATEGORIES[coding["code"]]
    # Synthea before 2021 gives a Condition no category.
    return Concept.PROBLEMS if kind == "Condition" else None


def resources_of(path: Path) -> list[Resource]:
    """The resources of a bundle, gzipped or not, with ``urn:uuid`` references made relative."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    entries = json.loads(text).get("entry", [])
    if _URN.search(text):  # most have none: then once is enough to read it
        names = dict(_named(entries))
        text = _URN.sub(lambda found: names.get(found[0], found[0]), text)
        entries = json.loads(text).get("entry", [])
    for entry in entries:
        entry["resource"].setdefault("id", entry.get("fullUrl", "").rsplit(":", 1)[-1])
    return [entry["resource"] for entry in entries]


def _named(entries: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        resource, urn = entry["resource"], entry.get("fullUrl", "")
        yield urn, f"{resource['resourceType']}/{resource.get('id', urn.rsplit(':', 1)[-1])}"


def newest(resources: Iterable[Resource]) -> datetime:
    """The day after the latest visit or result: when a chart of old dates would be read."""
    dates = [
        day
        for r in resources
        for day in (r.get("effectiveDateTime"), (r.get("period") or {}).get("start"), r.get("date"))
        if isinstance(day, str) and len(day) >= 10
    ]
    latest = max((d[:10] for d in dates), default="2026-11-17")
    return datetime.fromisoformat(latest).replace(hour=9, tzinfo=UTC) + timedelta(days=1)


def patients(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Each patient's own resources and then those of nobody, by the patient's id."""
    given = list(resources)
    owners = [(owner(resource), resource) for resource in given]
    common = [resource for whose, resource in owners if not whose]
    return {
        str(person["id"]): [
            *(resource for whose, resource in owners if whose == f"Patient/{person['id']}"),
            *common,
        ]
        for person in given
        if person["resourceType"] == "Patient"
    }


def owner(resource: Resource) -> str:
    """``Patient/ID`` of the patient a resource belongs to; empty where it belongs to nobody."""
    if resource["resourceType"] == "Patient":
        return f"Patient/{resource['id']}"
    actors = [p.get("actor", {}) for p in resource.get("participant", []) if isinstance(p, dict)]
    named = [resource.get("subject") or resource.get("patient") or {}, *actors]
    found = (str(who.get("reference", "")) for who in named if isinstance(who, dict))
    return next((ref for ref in found if ref.startswith("Patient/")), "")
