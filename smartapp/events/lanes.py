"""Lanes: the events of one patient are processed by one worker at a time, in order.

A claim is one conditional update that gives the lane a new fencing number; every later write of
that worker is made under it. A worker that was thought dead, and was only slow, writes nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from smartapp.events.errors import LaneLost
from smartapp.models import EventLane, InboundEvent

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to process one lane."""

    lane: str
    fencing: int


def ready() -> list[str]:
    """Return some lanes in which an event is due and no worker is."""
    now = timezone.now()
    held = EventLane.objects.filter(lane=OuterRef("lane"), lease_until__gt=now)
    due = waiting().filter(~Exists(held), due_at__lte=now)
    return list(due.order_by().values_list("lane", flat=True).distinct()[:_AT_ONCE])


def waiting() -> QuerySet[InboundEvent]:
    """Return the events that may be processed, whatever their turn."""
    return InboundEvent.objects.filter(state=InboundEvent.State.WAITING, released=True)


def head(lane: str) -> InboundEvent | None:
    """Return the lane's next event: by number where there is one, otherwise by arrival."""
    order = (F("number").asc(nulls_first=True), "received_at", "id")
    return waiting().filter(lane=lane).select_related("subscription__ehr").order_by(*order).first()


def claim(lane: str) -> Lease | None:
    """Take a lane that nobody holds, or whose worker fell silent; ``None`` if another has it."""
    now = timezone.now()
    lease = Lease(lane, secrets.randbits(62))
    mine = {"fencing": lease.fencing, "lease_until": now + _duration()}
    if EventLane.objects.filter(lane=lane, lease_until__lte=now).update(**mine):
        return lease
    new = EventLane(lane=lane, **mine)
    EventLane.objects.bulk_create([new], ignore_conflicts=True)
    return lease if EventLane.objects.filter(lane=lane, fencing=lease.fencing).exists() else None


def hold(lease: Lease) -> None:
    """Renew the lease, or raise :class:`LaneLost`.

    The first statement of each of a worker's transactions: the row stays locked to its end.
    """
    held = EventLane.objects.filter(lane=lease.lane, fencing=lease.fencing)
    if not held.update(lease_until=timezone.now() + _duration()):
        raise LaneLost


def release(lease: Lease, *, until: datetime | None = None) -> None:
    """Give the lane back; ``until`` when its next event is due, where that is later."""
    free_at = until or timezone.now()
    EventLane.objects.filter(lane=lease.lane, fencing=lease.fencing).update(lease_until=free_at)


def forget_old(*, before: datetime) -> int:
    """Delete lanes that nobody has held since ``before``."""
    return EventLane.objects.filter(lease_until__lt=before).delete()[0]


def _duration() -> timedelta:
    return timedelta(seconds=settings.EVENTS_LEASE_SECONDS)
