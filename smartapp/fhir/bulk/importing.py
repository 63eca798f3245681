"""From stored files to whoever wants the resources: in order, a few at a time, each exactly once.

What is handed over and how far we are is one transaction. Whoever dies in it has handed over
nothing, and the next worker goes on from the same line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from audit import context
from audit.events.base import Outcome
from audit.events.fhir import BulkExportEnded, BulkImported
from audit.recorder import record
from encryption import SealBroken
from smartapp.fhir.addresses import Base, is_id, is_type
from smartapp.fhir.bulk import lacks, storage
from smartapp.fhir.bulk.claims import Held, claim
from smartapp.fhir.bulk.errors import BulkNotReady
from smartapp.fhir.bulk.lines import LONGEST_LINE, Place, lines_of
from smartapp.fhir.identities import Identity
from smartapp.fhir.ownership import AtOnce, tell_dropped
from smartapp.fhir.payloads import json_or_none
from smartapp.fhir.results import Fetched, Reason
from smartapp.models import BulkExport, BulkFile
from smartapp.models.launches import patient_index

_BATCH = 500
_BATCH_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class Batch:
    """Some resources of one file, or references (``Type/id``) of what is there no more."""

    resource_type: str
    resources: list[Fetched] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unreadable: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to, all its runs together. ``missing`` as in ``lacks``."""

    resources: int
    unreadable: int
    missing: tuple[dict[str, Any], ...]


def import_export(
    export_id: UUID, handle: Callable[[Batch], None], *, batch: int = _BATCH
) -> Imported:
    """Hand over all of a fetched export, from where the last run ended.

    ``handle`` is called inside of a transaction and must write nowhere else than in this database:
    then each resource is written once, whatever happens. What it raises ends this run. Each stored
    file is deleted once all of it was handed over. Raises BulkNotReady, BulkHeldElsewhere,
    BulkCancelled, and ``SealBroken`` where a stored file is not what was stored.
    """
    with claim(export_id) as held:
        export = held.export
        if export.state not in {BulkExport.State.READY, BulkExport.State.IMPORTED}:
            raise BulkNotReady
        wanted = export.files.filter(state=BulkFile.State.STORED).exclude(kind=BulkFile.Kind.ERROR)
        try:
            for file in wanted.filter(imported_at=None).order_by("number"):
                _import(file, held, handle, batch)
        except SealBroken as broken:
            _spoilt(held, broken.code)
            raise
        for file in export.files.all():
            storage.remove(file)
        if export.state == BulkExport.State.READY:
            _end(held)
        return _summary(export)


def discard(export_id: UUID) -> None:
    """Delete all that is stored of an export; raise BulkHeldElsewhere."""
    with claim(export_id) as held:
        for file in held.export.files.all():
            storage.remove(file)
        folder = storage.folder_of(export_id)
        if folder.is_dir():
            folder.rmdir()
        if held.export.state == BulkExport.State.READY:
            held.export.state = BulkExport.State.CANCELLED
            held.save("state")


def _import(file: BulkFile, held: Held, handle: Callable[[Batch], None], size: int) -> None:
    for found, place in _batches(file, size):
        with transaction.atomic():
            held.renew()
            _drop_others(found, held)
            if found.resources or found.deleted:
                handle(found)
            file.read_chunk, file.read_sealed, file.read_skip = place
            file.read_lines += found.lines
            file.unreadable += found.unreadable
            file.save(
                update_fields=[
                    "read_chunk", "read_sealed", "read_skip", "read_lines", "unreadable",
                ]
            )  # fmt: skip
    file.imported_at = timezone.now()
    file.save(update_fields=["imported_at"])
    storage.remove(file)


def _drop_others(found: Batch, held: Held) -> None:
    """Drop Patient resources of somebody else than we know by that id; tell of each."""
    if found.resource_type != "Patient":
        return
    export, kept = held.export, []
    base = Base(export.ehr.issuer.rstrip("/"))
    for each in found.resources:
        if Identity(export.ehr, each.id).admits(each.raw):
            kept.append(each)
            continue
        index = patient_index(export.ehr, each.id)
        with context.bind(ehr=export.ehr.slug, patient_index=index):
            tell_dropped(AtOnce(), base, concept="patient", resource_type="Patient")
        export.missing = [*export.missing, lacks.lack("Patient", Reason.OTHER_PATIENT, "Patient")]
    if len(kept) < len(found.resources):
        held.save("missing")
    found.resources = kept


def _batches(file: BulkFile, size: int) -> Iterator[tuple[Batch, Place]]:
    current, weight = Batch(file.resource_type), 0
    place = Place(file.read_chunk, file.read_sealed, file.read_skip)
    for line, place in lines_of(file):
        current.lines += bool(line.strip())
        weight += len(line)
        _take(line, file, current)
        if current.lines >= size or weight >= _BATCH_BYTES:
            yield current, place
            current, weight = Batch(file.resource_type), 0
    if current.lines:
        yield current, place


def _take(line: bytes, file: BulkFile, into: Batch) -> None:
    """Put a line's resource where it belongs; a broken one costs no other."""
    if not line.strip():
        return
    raw = json_or_none(line) if len(line) <= LONGEST_LINE else None
    if not isinstance(raw, dict):
        into.unreadable += 1
    elif file.kind == BulkFile.Kind.DELETED:
        into.deleted += _deleted(raw)
    elif raw.get("resourceType") == file.resource_type and is_id(raw.get("id")):
        into.resources.append(Fetched.of(raw))
    else:
        into.unreadable += 1


def _deleted(bundle: dict[str, Any]) -> Iterator[str]:
    entries = bundle.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        request = entry.get("request") if isinstance(entry, dict) else None
        if not isinstance(request, dict) or request.get("method") != "DELETE":
            continue
        kind, _, resource_id = str(request.get("url", "")).rpartition("/")
        kind = kind.rpartition("/")[2]
        if is_type(kind) and is_id(resource_id):
            yield f"{kind}/{resource_id}"


def _spoilt(held: Held, code: str) -> None:
    """What is stored is not what we stored: nothing more of it is handed over."""
    export = held.export
    export.state, export.code = BulkExport.State.FAILED, code
    for file in export.files.all():
        storage.remove(file)
    with transaction.atomic(), context.bind(ehr=export.ehr.slug):
        held.save("state", "code")
        record(
            BulkExportEnded(
                export_id=str(export.pk), state=export.state, outcome=Outcome.FAILED, code=code
            )
        )


def _end(held: Held) -> None:
    export = held.export
    unreadable = export.files.filter(unreadable__gt=0).order_by("number")
    export.missing = [
        *export.missing,
        *(
            lacks.lack(each.resource_type, Reason.UNREADABLE, "lines", each.unreadable)
            for each in unreadable
        ),
    ]
    export.state = BulkExport.State.IMPORTED
    done = _summary(export)
    with transaction.atomic(), context.bind(ehr=export.ehr.slug):
        held.save("state", "missing")
        record(
            BulkImported(
                export_id=str(export.pk),
                imported=done.resources,
                unreadable=done.unreadable,
                missing=tuple(map(lacks.words, export.missing)),
                outcome=Outcome.INCOMPLETE if export.missing else Outcome.SUCCESS,
            )
        )


def _summary(export: BulkExport) -> Imported:
    files = export.files.filter(kind=BulkFile.Kind.OUTPUT)
    sums = files.aggregate(lines=Sum("read_lines"), unreadable=Sum("unreadable"))
    unreadable = sums["unreadable"] or 0
    others = sum(each["reason"] == Reason.OTHER_PATIENT for each in export.missing)
    imported = (sums["lines"] or 0) - unreadable - others
    return Imported(imported, unreadable, tuple(export.missing))
