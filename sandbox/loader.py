"""From a folder of charts, or the hospital's own, to the store.

Reads bundles of any type, single resources and ndjson, each plain or gzipped; references among
them by ``urn:uuid`` or by query become references by id.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox import charts
from sandbox.charts import hospital
from sandbox.fhir import store as stores
from sandbox.shifting import shifted
from sandbox.volume.source import Volume, group

Resource = dict[str, Any]

_BUNDLES = (".json", ".json.gz")
_LINES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")

# Vendors ask for these categories, so none of their charts lacks them; generated charts may.
_FILLED: dict[str, list[tuple[str, str]]] = {
    "CarePlan": [
        ("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan"),
        ("http://snomed.info/sct", "38717003"),
    ],
    "Condition": [
        ("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")
    ],
}


class ChartsError(Exception):
    """The charts cannot be read; the sentence says which and what to do."""


EVERYBODY = "eG-everybody"


def load(folder: Path | None, *, shift: bool = False) -> int:
    """Fill the store; returns how many resources. Raises ChartsError.

    All patients together are the Group ``EVERYBODY``, for who exports a group.
    """
    now = datetime.now(UTC)
    today = now.date()
    files = [charts.build(today, now)] if folder is None else list(_files(folder))
    if shift:
        files = [shifted(resources, today) for resources in files]
    if not any(each["resourceType"] == "Practitioner" for resources in files for each in resources):
        # Some sets of charts name no clinician, and somebody must be able to sign in.
        files.append(hospital.resources(today))
    count = stores.load(resolved(files), stores.store)
    named = [str(patient["id"]) for patient in stores.store.patients()]
    stores.store.put(group(EVERYBODY, "All patients", named))
    stores.store.ready = True
    return count


def generate(size: int, *, seed: int, draws: int) -> None:
    """Put so many generated patients, and a Group of them, behind the stored ones."""
    volume = Volume(size, datetime.now(UTC).date(), seed=seed, draws=draws)
    stores.store.generated = volume
    stores.store.put(volume.group())


def _files(folder: Path) -> Iterator[list[Resource]]:
    if not folder.is_dir():
        raise ChartsError(f"{folder} is not a folder. Give --charts a folder of FHIR files.")
    paths = [path for path in sorted(folder.rglob("*")) if path.name.endswith((*_BUNDLES, *_LINES))]
    if not paths:
        raise ChartsError(f"{folder} holds no .json, .ndjson or .gz files with FHIR resources.")
    for path in paths:
        yield read(path)


def read(path: Path) -> list[Resource]:
    """Return the resources of a file, those in bundles taken out. Raises ChartsError."""
    raw = path.read_bytes()
    try:
        text = gzip.decompress(raw) if path.name.endswith(".gz") else raw
        if path.name.endswith(_LINES):
            documents = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            documents = [json.loads(text)]
    except (ValueError, OSError, EOFError):
        raise ChartsError(
            f"{path.name} cannot be read as FHIR JSON. Remove or repair it."
        ) from None
    return [resource for document in documents for resource in _unpacked(document, "")]


def _unpacked(document: Any, url: str) -> Iterator[Resource]:
    """Yield a document's resources, each with an id and, in ``_url``, what others call it."""
    if isinstance(document, list):
        for item in document:
            yield from _unpacked(item, "")
    elif isinstance(document, dict) and document.get("resourceType") == "Bundle":
        for entry in document.get("entry", []):
            yield from _unpacked(entry.get("resource"), entry.get("fullUrl", ""))
    elif isinstance(document, dict) and isinstance(document.get("resourceType"), str):
        identifier = document.get("id") or _made_id(document, url)
        yield {**document, "id": identifier, "_url": url}


def _made_id(document: Resource, url: str) -> str:
    if url.startswith("urn:uuid:"):
        return url.removeprefix("urn:uuid:")
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]


def resolved(files: list[list[Resource]]) -> Iterator[Resource]:
    """Yield every resource once, its references by id; the last of two with one id counts."""
    held = {(one["resourceType"], one["id"]): one for file in files for one in file}
    names = _names(held)
    for resource in held.values():
        resource.pop("_url", None)
        _fill(resource)
        yield _rewritten(resource, names)


def _names(held: dict[tuple[str, str], Resource]) -> dict[str, str]:
    """Return what references may say instead of ``Type/id``: urn:uuid and identifier queries."""
    names = {}
    for (kind, identifier), resource in held.items():
        address = f"{kind}/{identifier}"
        if resource.get("_url"):
            names[resource["_url"]] = address
        for one in _identifiers(resource):
            names[f"{kind}?identifier={one.get('system', '')}|{one.get('value')}"] = address
    return names


def _identifiers(resource: Resource) -> list[Resource]:
    found = resource.get("identifier", [])
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def _rewritten(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_rewritten(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("reference")
    if isinstance(reference, str):
        return _reference(value, reference, names)
    return {key: _rewritten(item, names) for key, item in value.items()}


def _reference(value: Resource, reference: str, names: dict[str, str]) -> Resource:
    if reference in names:
        return {**value, "reference": names[reference]}
    kind, _, query = reference.partition("?identifier=")
    if not query:
        return value
    # Nothing here has that identifier: a logical reference keeps what was known.
    system, _, number = query.rpartition("|")
    rest = {key: item for key, item in value.items() if key != "reference"}
    return {**rest, "type": kind, "identifier": {"system": system, "value": number}}


def _fill(resource: Resource) -> None:
    filled = _FILLED.get(resource["resourceType"])
    if filled is None:
        return
    categories = resource.get("category", [])
    if resource["resourceType"] == "Condition" and categories:
        return
    known = {coding.get("code") for one in categories for coding in one.get("coding", [])}
    missing = [{"coding": [{"system": s, "code": c}]} for s, c in filled if c not in known]
    resource["category"] = [*categories, *missing]
