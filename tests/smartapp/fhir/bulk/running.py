"""An export run from its kick-off to its end, its waits passed over; and what was imported of it."""

import json
from typing import Any

from django.utils import timezone

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.fhir.bulk.wishes import Wish
from smartapp.models import BulkExport, Ehr

WISH = Wish("g1", ("Observation",))
STATUS = "/api/FHIR/BulkRequest/1"
MIB = 1024 * 1024


class Clock:
    """Sleeps by moving what is due."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.export_id: Any = None

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        BulkExport.objects.filter(pk=self.export_id).update(due_at=timezone.now())


def run(ehr: Ehr, wish: Wish = WISH) -> tuple[BulkExport, Clock]:
    export, clock = bulk.begin(ehr, wish), Clock()
    clock.export_id = export.pk
    return bulk.run(export.pk, sleep=clock), clock


def imported(export: BulkExport, **options: Any) -> tuple[list[str], bulk.Imported]:
    ids: list[str] = []
    done = bulk.import_export(
        export.pk, lambda batch: ids.extend(each.id for each in batch.resources), **options
    )
    return ids, done


def lacks(export: BulkExport) -> list[tuple[str, str, str]]:
    export.refresh_from_db()
    return [(each["resource_type"], each["reason"], each["detail"]) for each in export.missing]


def events(kind: str) -> list[dict[str, Any]]:
    rows = AuditEvent.objects.filter(type=kind).order_by("id")
    return [
        {**json.loads(row.detail_json), "outcome": row.outcome, "code": row.code} for row in rows
    ]


def go_on(export: BulkExport) -> tuple[BulkExport, Clock]:
    clock = Clock()
    clock.export_id = export.pk
    clock(0)
    return bulk.run(export.pk, sleep=clock), clock
