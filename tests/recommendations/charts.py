"""A reading of a chart without HTTP: bundles or resources behind a reader of the tests' own.

``reading_from_bundle(path_or_resources)`` is all that most tests need.
"""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from recommendations.clinical.reading import Reading
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason

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
}
CATEGORIES: dict[str, Concept] = {
    "laboratory": Concept.LABS,
    "vital-signs": Concept.VITALS,
    "problem-list-item": Concept.PROBLEMS,
    "encounter-diagnosis": Concept.ENCOUNTER_DIAGNOSES,
}


class ChartReader:
    """Answers as ``smartapp.fhir.reader.Reader`` does, from resources in memory."""

    patient_id = "p1"

    def __init__(
        self, resources: Iterable[dict[str, Any]], missing: Mapping[Concept, Reason] | None = None
    ) -> None:
        self.resources = list(resources)
        self.missing = dict(missing or {})
        self.rounds: list[tuple[Concept, ...]] = []  # each parallel round, as it was asked
        self.opened: list[str] = []  # each document whose bytes were asked for
        self.documents = {r["id"]: r for r in self.resources if r.get("resourceType") == "Binary"}
        self.included = {
            f"Medication/{r['id']}": fetched(r)
            for r in self.resources
            if r.get("resourceType") == "Medication"
        }

    def read(self, concept: Concept) -> ReadResult:
        reason = self.missing.get(concept)
        found = tuple(fetched(r) for r in self.resources if concept_of(r) is concept)
        withheld = reason not in (None, Reason.SUPPRESSED, Reason.CUT_OFF)
        return ReadResult(
            concept=concept,
            resources=() if withheld else found,
            missing=(Missing(concept, reason),) if reason else (),
            included=self.included,
        )

    def read_all(
        self, concepts: Iterable[Concept], *, when_asked: Callable[[], None] = lambda: None
    ) -> dict[Concept, ReadResult]:
        asked = tuple(concepts)
        self.rounds.append(asked)
        return {concept: self.read(concept) for concept in asked}

    def attachments(self, documents: Iterable[Fetched]) -> dict[str, tuple[bytes, str] | Missing]:
        return {document.reference: self.attachment(document) for document in documents}

    def attachment(self, document: Fetched) -> tuple[bytes, str] | Missing:
        self.opened.append(document.id)
        contents = document.raw.get("content") or [{}]
        attachment = contents[0].get("attachment") or {}
        if "url" in attachment:
            binary = self.documents.get(str(attachment["url"]).rsplit("/", 1)[-1])
            attachment = dict(attachment, data=binary["data"]) if binary else attachment
        if "data" not in attachment:
            return Missing(Concept.NOTES, Reason.FAILED)
        return base64.b64decode(attachment["data"]), attachment.get("contentType", "")


def concept_of(resource: dict[str, Any]) -> Concept | None:
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


def fetched(resource: dict[str, Any]) -> Fetched:
    """A resource as the reader would hand it over."""
    return Fetched.of(resource)


def resources_of(path: Path) -> list[dict[str, Any]]:
    """The resources of a bundle, gzipped or not, with ``urn:uuid`` references made relative."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    names: dict[str, str] = {}
    for entry in json.loads(text).get("entry", []):
        resource, urn = entry["resource"], entry.get("fullUrl", "")
        names[urn] = f"{resource['resourceType']}/{resource.get('id', urn.rsplit(':', 1)[-1])}"
    text = re.sub(r'(?<="reference":")urn:uuid:[^"]+', lambda m: names.get(m[0], m[0]), text)
    text = re.sub(r'(?<="reference": ")urn:uuid:[^"]+', lambda m: names.get(m[0], m[0]), text)
    entries = json.loads(text).get("entry", [])
    for entry in entries:
        entry["resource"].setdefault("id", entry.get("fullUrl", "").rsplit(":", 1)[-1])
    return [entry["resource"] for entry in entries]


def newest(resources: Iterable[dict[str, Any]]) -> datetime:
    """The day after the latest visit or result: when a chart of old dates would be read."""
    dates = [
        day
        for r in resources
        for day in (r.get("effectiveDateTime"), (r.get("period") or {}).get("start"), r.get("date"))
        if isinstance(day, str) and len(day) >= 10
    ]
    latest = max((d[:10] for d in dates), default="2026-11-17")
    return datetime.fromisoformat(latest).replace(hour=9, tzinfo=UTC) + timedelta(days=1)


def reading_from_bundle(
    chart: Path | str | Iterable[dict[str, Any]],
    *,
    as_of: datetime | None = None,
    missing: Mapping[Concept, Reason] | None = None,
) -> Reading:
    """A Reading over a bundle's path, or over resources; ``missing`` says what cannot be read."""
    given = resources_of(Path(chart)) if isinstance(chart, Path | str) else list(chart)
    return Reading(ChartReader(given, missing), as_of or newest(given))
