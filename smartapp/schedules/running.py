"""One run of a schedule, a slice at a time: whoever comes next goes on where it stands.

A worker holds the row by a lease, which it renews while it lives, and a number; what it writes is
written under that number. So two never work on one, and a worker that was only slow writes nothing
over the next one's.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit import context
from audit.events.base import Outcome
from audit.events.schedules import ScheduleBegun, ScheduleEnded
from audit.recorder import record
from smartapp.fhir.errors import BackendRefused, FhirError
from smartapp.models import Schedule
from smartapp.schedules.heartbeat import Heartbeat, beating, lease
from smartapp.schedules.setting import following

logger = logging.getLogger(__name__)

# A run at a time of day that is later than so much is not made up for: it was for the night.
_TOO_LATE = timedelta(hours=2)


class ScheduleLost(Exception):
    """Another worker holds it, or it was removed: nothing more is written."""


class Held:
    """A schedule that this worker holds."""

    def __init__(self, row: Schedule, heart: Heartbeat, *, seconds: float) -> None:
        self.row = row
        self._heart = heart
        self._until = time.monotonic() + seconds

    @property
    def time_is_up(self) -> bool:
        """Whether other work is to have its turn, or another worker has this one."""
        return time.monotonic() >= self._until or self._heart.lost

    def save(self, **values: object) -> None:
        """Write, and hold it for longer; raise ScheduleLost."""
        mine = Schedule.objects.filter(pk=self.row.pk, fencing=self.row.fencing)
        if not mine.update(**values, lease_until=timezone.now() + lease()):
            raise ScheduleLost


# Works for a while: ``None`` where more is left, "" at the end of the run, a code where it failed.
# May raise FhirError.
Work = Callable[[Held], str | None]


def due() -> QuerySet[Schedule]:
    """Return the schedules that a worker may go on with, or begin, now."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    return Schedule.objects.filter(free, Q(running_since__isnull=False) | Q(next_at__lte=now))


def go_on(schedule_id: UUID, works: dict[str, Work], *, seconds: float) -> bool:
    """Begin a run that is due, or go on with one; tell whether more is left to do now."""
    mine = {"fencing": F("fencing") + 1, "lease_until": timezone.now() + lease()}
    if not due().filter(pk=schedule_id).update(**mine):
        return False
    row = Schedule.objects.select_related("ehr", "export").get(pk=schedule_id)
    try:
        with beating(row) as heart:
            held = Held(row, heart, seconds=seconds)
            if row.running_since is None and not _begin(held):
                return False
            return not _worked(held, works[row.work]) and held.time_is_up
    except ScheduleLost:
        return False
    finally:
        Schedule.objects.filter(pk=row.pk, fencing=row.fencing).update(lease_until=None)


def _worked(held: Held, work: Work) -> bool:
    try:
        code = work(held)
    except BackendRefused as error:
        code = error.reason[:60]
    except FhirError as error:
        code = error.code
    if code is None:
        return False
    _end(held, code)
    return True


def _begin(held: Held) -> bool:
    row, now = held.row, timezone.now()
    is_missed = row.at is not None and now - row.next_at > _TOO_LATE
    row.next_at = following(row, now)
    if is_missed:
        held.save(next_at=row.next_at)
        _end(held, "missed")
        return False
    row.running_since = now
    fresh = {"position": 0, "left_sealed": None, "export": None, "count": 0, "missing": 0}
    with transaction.atomic(), context.bind(ehr=row.ehr.slug):
        held.save(next_at=row.next_at, running_since=now, code="", **fresh)
        record(ScheduleBegun(work=row.work, schedule_id=str(row.pk)))
    row.position, row.left_sealed, row.export, row.count, row.missing = 0, None, None, 0, 0
    return True


def _end(held: Held, code: str) -> None:
    row = held.row
    outcome = Outcome.INCOMPLETE if row.missing else Outcome.SUCCESS
    with transaction.atomic(), context.bind(ehr=row.ehr.slug):
        held.save(running_since=None, ended_at=timezone.now(), code=code, left_sealed=None)
        record(
            ScheduleEnded(
                work=row.work,
                schedule_id=str(row.pk),
                count=row.count,
                missing=row.missing,
                outcome=Outcome.FAILED if code else outcome,
                code=code,
            )
        )
    if code:
        logger.warning("schedule_failed", extra={"work": row.work, "code": code})
