"""The making of one draft, by the worker that holds its lease."""

import logging
import traceback
from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

from audit.errors import LedgerUnavailable
from audit.events.drafting import DraftStarted, DraftTakenUp
from audit.recorder import record
from recommendations.clinical.chart_reader import ChartReader
from recommendations.drafts import circumstances, endings, places, queue
from recommendations.drafts.heart import Heartbeat, heartbeat
from recommendations.drafts.lease import Lease, claim, hold
from recommendations.drafts.making import Making
from recommendations.drafts.pen import Pen
from recommendations.drafts.places import Turn
from recommendations.drafts.timing import Clock
from recommendations.errors import DraftingFailed, LeaseLost
from recommendations.models import Draft, DraftProgress
from recommendations.releases import choosing
from smartapp.fhir.errors import FhirError
from smartapp.fhir.reader import reader_for
from smartapp.models import Launch

logger = logging.getLogger(__name__)

_WITH = ("launch__ehr", "launch__clinician")
Reads: TypeAlias = Callable[[Launch], ChartReader]


def make(draft_id: UUID, *, reads: Reads | None = None) -> None:
    """Claim the draft, or the one whose turn it is before it, and make it.

    Do nothing where it is another's, or done already, or where all places at the model are taken:
    whoever gives one back wakes the next. ``reads`` gives the chart of a launch, where it is not
    the EHR that is to be read.
    """
    clock = Clock()
    begun = begin(draft_id)
    if begun is None:
        return
    draft, turn, lease = begun
    with circumstances.of(draft.launch), heartbeat(lease) as beating:
        try:
            reader = reads or reader_for
            _make_or_fail(
                Pen(draft, lease),
                beating,
                lambda: Making(
                    draft, lease, beating, clock=clock, turn=turn, reader=reader(draft.launch)
                ),
            )
        finally:
            if turn.with_model:
                queue.wake_next()


def begin(draft_id: UUID) -> tuple[Draft, Turn, Lease] | None:
    """Claim the draft, or the one whose turn it is before it; ``None`` where none is to be made."""
    try:
        with transaction.atomic():
            return _taken(places.turn_beside_others(draft_id))
    except places.Crowded:
        with transaction.atomic():
            return _taken(places.turn(draft_id))


def _taken(turn: Turn | None) -> tuple[Draft, Turn, Lease] | None:
    if turn is None:
        return None
    draft = Draft.objects.select_related(*_WITH).get(pk=turn.draft_id)
    with circumstances.of(draft.launch):
        lease = _claimed(draft, turn)
    return (draft, turn, lease) if lease is not None else None


def _claimed(draft: Draft, turn: Turn) -> Lease | None:
    lease = claim(draft.pk, with_model=turn.with_model)
    if lease is None:
        return None
    if lease.attempt > 1 and endings.touched(draft):
        # A clinician has begun to edit what the lost worker wrote: keep it, and say so.
        Pen(draft, lease).fail("worker_lost")
        return None
    _tell_the_start(draft, lease)
    return lease


def _tell_the_start(draft: Draft, lease: Lease) -> None:
    names = {"draft_id": str(draft.pk), "document": draft.document}
    numbers = {"attempt": lease.attempt, "fencing": lease.fencing}
    if lease.attempt > 1:
        superseded = endings.withdraw(draft, code="worker_lost")
        record(DraftTakenUp(**names, **numbers, superseded=superseded))
    else:
        waited = timezone.now() - draft.created_at
        record(DraftStarted(**names, **numbers, waited_ms=int(waited.total_seconds() * 1000)))
    if not draft.release:  # asked for before releases were kept with drafts
        draft.release = choosing.for_launch(draft.document, draft.launch)
        hold(lease, release=draft.release)
    detail = {"state": "running", "attempt": lease.attempt}
    DraftProgress.objects.create(draft=draft, kind="state", detail=detail)


def _make_or_fail(pen: Pen, beating: Heartbeat, making: Callable[[], Making]) -> None:
    draft = pen.draft
    try:
        making().run()
    except LeaseLost:
        code = _why_lost(beating)
        logger.info("draft_given_up", extra={"draft": str(draft.pk), "code": code})
        if code != "lease_lost":
            pen.fail(code)
    except (DraftingFailed, FhirError) as error:
        pen.fail(error.code)
    except SoftTimeLimitExceeded:
        pen.fail("took_too_long")
    except LedgerUnavailable:
        # Nothing may be written without its row in the trail, not even that it failed. The lease
        # runs out and the sweep tries again, or ends it once the trail can be written.
        logger.error("ledger_unavailable", extra={"draft": str(draft.pk)})  # noqa: TRY400
    except Exception as error:  # a message may quote the chart: log places only
        logger.error("draft_broke", extra={"draft": str(draft.pk), **_places(error)})  # noqa: TRY400
        pen.fail("internal_error")


def _why_lost(beating: Heartbeat) -> str:
    if beating.launch_ended:
        return "launch_ended"
    return "took_too_long" if beating.overdue else "lease_lost"


def _places(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
    }
