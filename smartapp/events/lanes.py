"""Lanes: the events of one patient are processed by one worker at a time, in order.

A claim gives some lanes a new fencing number; every later write of that worker is made under it.
A worker that was thought dead, and was only slow, writes nothing.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from smartapp.models import EventLane, InboundEvent

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to process some lanes, all of them under one number."""

    fencing: int
    lanes: tuple[str, ...]


def ready() -> list[str]:
    """Return some lanes in which an event is due and no worker is."""
    now = timezone.now()
    held = EventLane.objects.filter(lane=OuterRef("lane"), lease_until__gt=now)
    due = waiting().filter(~Exists(held), due_at__lte=now)
    return list(due.order_by().values_list("lane", flat=True).distinct()[:_AT_ONCE])


def waiting() -> QuerySet[InboundEvent]:
    """Return the events that may be processed, whatever their turn."""
    return InboundEvent.objects.filter(state=InboundEvent.State.WAITING, released=True)


def heads(lease: Lease) -> list[InboundEvent]:
    """Return each lane's next event: by number where there is one, otherwise by arrival."""
    order = (F("number").asc(nulls_first=True), "received_at", "id")
    first = waiting().filter(lane=OuterRef("lane")).order_by(*order).values("pk")[:1]
    of_each = EventLane.objects.filter(lane__in=lease.lanes).values_list(Subquery(first))
    return list(InboundEvent.objects.filter(pk__in=of_each).select_related("subscription__ehr"))


def claim(names: Iterable[str]) -> Lease:
    """Take those of the lanes that nobody holds, or whose worker fell silent."""
    now, names = timezone.now(), sorted(names)
    new = [EventLane(lane=name, lease_until=now) for name in names]
    EventLane.objects.bulk_create(new, ignore_conflicts=True)
    # Locked where rows can be: of two workers who want the same lanes neither waits for the other.
    free = EventLane.objects.select_for_update(skip_locked=True).filter(
        lane__in=names, lease_until__lte=now
    )
    lease = Lease(secrets.randbits(62), tuple(free.values_list("lane", flat=True)))
    mine = {"fencing": lease.fencing, "lease_until": now + _duration()}
    EventLane.objects.filter(lane__in=lease.lanes).update(**mine)
    return lease


def hold(lease: Lease) -> Lease:
    """Renew the lease; return what of it is left where another worker has taken some lanes.

    The first statement of each of a worker's transactions: the rows stay locked to its end.
    """
    held = EventLane.objects.filter(lane__in=lease.lanes, fencing=lease.fencing)
    if held.update(lease_until=timezone.now() + _duration()) == len(lease.lanes):
        return lease
    return replace(lease, lanes=tuple(held.values_list("lane", flat=True)))


def release(lease: Lease, names: Iterable[str], *, until: datetime | None = None) -> None:
    """Give lanes back; ``until`` when their next event is due, where that is later."""
    free_at = until or timezone.now()
    mine = EventLane.objects.filter(lane__in=tuple(names), fencing=lease.fencing)
    mine.update(lease_until=free_at)


def forget_old(*, before: datetime) -> int:
    """Delete lanes that nobody has held since ``before``."""
    return EventLane.objects.filter(lease_until__lt=before).delete()[0]


def _duration() -> timedelta:
    return timedelta(seconds=settings.EVENTS_LEASE_SECONDS)
