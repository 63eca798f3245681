"""What a night's export brought, sealed and laid ready for each patient until they are read.

Whose a resource is stands in the resource itself, as in every reading. What belongs to somebody
who is not read this night is dropped and told; what names nobody, where it should, is no patient's,
and then the export is not believed to hold that type whole.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from audit import context
from audit.events.fhir import OtherPatientDropped
from audit.recorder import record
from encryption import blind_index
from smartapp.fhir import bulk
from smartapp.fhir.addresses import Base
from smartapp.fhir.ownership import AtOnce, belongs_to_nobody, patients_of, tell_dropped
from smartapp.models import Ehr, Night, NightPart
from smartapp.models.launches import patient_index
from smartapp.night import exact

_UNNAMED = ""
Resource = dict[str, Any]


class Storing:
    """Takes the batches of an import, each in its own transaction."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._base = Base(night.ehr.issuer.rstrip("/"))

    def take(self, batch: bulk.Batch) -> None:
        """Lay a batch's resources ready, by patient."""
        kind = batch.resource_type
        found: dict[str, list[Resource]] = defaultdict(list)
        mixed = 0
        for each in batch.resources:
            patients = patients_of(each.raw, base=self._base)
            if len(patients) > 1 or "" in patients:
                mixed += 1
            else:
                found[self._key(each.reference, patients, kind)].append(each.raw)
        if mixed:
            with context.bind(ehr=self._night.ehr.slug):
                tell_dropped(
                    AtOnce(), self._base, concept="export", resource_type=kind, count=mixed
                )
        self._keep(kind, found)

    def _key(self, reference: str, patients: set[str], kind: str) -> str:
        for patient in patients:
            return patient_index(self._night.ehr, patient)
        return _shared_key(self._night.ehr, reference) if belongs_to_nobody(kind) else _UNNAMED

    def _keep(self, kind: str, found: dict[str, list[Resource]]) -> None:
        if not belongs_to_nobody(kind):
            tonight = self._night.patients.filter(key__in=found).values_list("key", flat=True)
            known = {*tonight, _UNNAMED}
            strangers = sum(len(found[key]) for key in found.keys() - known)
            if strangers:
                # A group may have grown since its members were asked for: no alarm.
                with context.bind(ehr=self._night.ehr.slug):
                    told = {"concept": "export", "resource_type": kind, "count": strangers}
                    record(OtherPatientDropped(**told))
            found = {key: some for key, some in found.items() if key in known}
        rows = [_part(self._night, key, kind, some) for key, some in found.items()]
        NightPart.objects.bulk_create(rows)


def of_patient(night: Night, key: str) -> dict[str, list[Resource]]:
    """Return what was laid ready for a patient, by type."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for row in NightPart.objects.filter(night=night, key=key):
        found[row.kind] += _opened(row)
    return found


def unnamed_kinds(night: Night) -> set[str]:
    """Return the types of which something named nobody."""
    rows = NightPart.objects.filter(night=night, key=_UNNAMED)
    return set(rows.values_list("kind", flat=True))


def shared(night: Night, references: Iterable[str]) -> dict[str, Resource]:
    """Return what of these belongs to no patient and was exported, or read for another tonight."""
    keys = {_shared_key(night.ehr, each): each for each in references}
    rows = NightPart.objects.filter(night=night, key__in=keys)
    return {keys[row.key]: _opened(row)[0] for row in rows}


def keep_shared(night: Night, found: dict[str, Resource]) -> None:
    """Lay ready, for the next patients, what belongs to none of them."""
    rows = [
        _part(night, _shared_key(night.ehr, reference), reference.partition("/")[0], [raw])
        for reference, raw in found.items()
    ]
    NightPart.objects.bulk_create(rows)


def _shared_key(ehr: Ehr, reference: str) -> str:
    return blind_index("night-shared", f"{ehr.pk}|{reference}")


def forget(night: Night) -> None:
    """Delete all that was laid ready."""
    NightPart.objects.filter(night=night).delete()


def _part(night: Night, key: str, kind: str, resources: list[Resource]) -> NightPart:
    row = NightPart(night=night, key=key, kind=kind)
    row.content = exact.to_text(resources)
    return row


def _opened(row: NightPart) -> list[Resource]:
    found: list[Resource] = exact.with_decimals(json.loads(row.content))
    return found
