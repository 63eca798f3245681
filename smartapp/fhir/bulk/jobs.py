"""An export from its kick-off to its deletion at the EHR, one step at a time.

Each step reads the row, asks once, and writes what came of it: whoever is killed in between, the
next worker goes on. Faults that may pass are waited out for as long as the export has patience.
"""

import time
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import context
from audit.events.fhir import BulkExportBegun
from audit.recorder import record
from smartapp.fhir.bulk.claims import claim
from smartapp.fhir.bulk.errors import BulkCancelled, BulkHeldElsewhere
from smartapp.fhir.bulk.steps import ENDED, PASSING, Step, is_over
from smartapp.fhir.bulk.wishes import Wish
from smartapp.fhir.errors import FhirError
from smartapp.fhir.vendors import profile_of
from smartapp.models import BulkExport, Ehr


def begin(ehr: Ehr, wish: Wish) -> BulkExport:
    """Note an export that is wanted; nothing is asked of the EHR yet."""
    ways, export = profile_of(ehr).bulk, BulkExport(ehr=ehr)
    export.wish = wish.stored()
    with transaction.atomic(), context.bind(ehr=ehr.slug):
        export.save(force_insert=True)
        record(
            BulkExportBegun(
                export_id=str(export.pk),
                types=wish.types,
                since=wish.since.isoformat() if wish.since and ways.since else "",
                asked_for=wish.link(ways),
            )
        )
    return export


def cancel(export_id: UUID) -> BulkExport:
    """End an export: the EHR is told, and what was fetched is deleted.

    A worker that is at it stops at its next piece, and the next step tells the EHR.
    """
    ask_to_cancel(export_id)
    try:
        export = advance(export_id)
        return advance(export_id) if export.delete_due else export
    except BulkHeldElsewhere:
        return BulkExport.objects.get(pk=export_id)


def ask_to_cancel(export_id: UUID) -> None:
    """Have whoever works on an export next end it; asks nothing of the EHR."""
    live = BulkExport.objects.filter(pk=export_id).exclude(state__in=ENDED)
    live.update(cancel_asked=True, due_at=timezone.now())


def left_over() -> QuerySet[BulkExport]:
    """Return exports that are to be ended at the EHR, and that no schedule or night looks after."""
    ending = Q(cancel_asked=True) & ~Q(state=BulkExport.State.CANCELLED)
    kept = Q(delete_due=True, state__in=(*ENDED, BulkExport.State.READY))
    nobodys = Q(schedule=None, night=None)
    return BulkExport.objects.filter(nobodys & (ending | kept), due_at__lte=timezone.now())


def run(export_id: UUID, *, sleep: Callable[[float], None] = time.sleep) -> BulkExport:
    """Advance an export until nothing is left to do; raise BulkHeldElsewhere."""
    while True:
        export = advance(export_id)
        if is_over(export):
            return export
        wait = (export.due_at - timezone.now()).total_seconds()
        if wait > 0:
            sleep(wait)


def advance(export_id: UUID) -> BulkExport:
    """Do the next step of an export where it is due; raise BulkHeldElsewhere."""
    with claim(export_id) as held:
        export = held.export
        if is_over(export) or export.due_at > timezone.now():
            return export
        step = Step(held)
        try:
            step.take()
        except BulkCancelled:
            step.cancel()
        except BulkHeldElsewhere:
            raise
        except PASSING as error:
            step.later(error)
        except FhirError as error:
            step.fail(error.code)
    return export
