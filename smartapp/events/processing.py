"""Processing: each event once, in order per patient, with retries and then a dead letter.

A worker takes several patients at a time, and processes one event of each in one transaction: a
commit, and the reading of what comes next, cost the same for sixteen as for one.
"""

import logging
import random
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audit.events.notifications import EventDead
from audit.recorder import record
from smartapp.events import handlers, lanes
from smartapp.events.errors import LaneLost
from smartapp.events.intake import about
from smartapp.events.lanes import Lease
from smartapp.models import InboundEvent

logger = logging.getLogger(__name__)

_AT_ONCE = 16
_WRITING_SECONDS = 0.02
_GIVING_WAY_SECONDS, _AFTER_ONE_SECONDS = 0.004, 0.002
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Turn:
    """The lanes that a worker holds, and those of their events that it has begun."""

    lease: Lease
    events: list[InboundEvent]


def drain(*, seconds: float) -> int:
    """Process what is due until nothing is left or ``seconds`` have passed; return how many."""
    until = time.monotonic() + seconds
    processed = 0
    while time.monotonic() < until:
        names = lanes.ready()
        # Workers that begin at the same lane would get in each other's way at every one.
        random.shuffle(names)
        some = [names[first : first + _AT_ONCE] for first in range(0, len(names), _AT_ONCE)]
        taken = [_work_through(each, until) for each in some]
        if not any(taken):
            break
        processed += sum(taken)
    return processed


def _work_through(names: list[str], until: float) -> int:
    """Process the due events of some lanes, those that no other worker has; return how many."""
    count = 0
    try:
        with transaction.atomic():
            turn = _begin(lanes.claim(names))
        while turn.events:
            _give_way(len(turn.events))
            turn, made = _process(turn, more=time.monotonic() < until)
            count += made
    except Exception as error:  # some lanes must not keep the others waiting
        logger.warning("lanes_left", extra={"error": type(error).__name__})
    return count


def _give_way(events: int) -> None:
    """Let those in that store what comes in: SQLite lets one write at a time, and queues none."""
    if connection.vendor == "sqlite":
        time.sleep(_GIVING_WAY_SECONDS if events > 1 else _AFTER_ONE_SECONDS)


def _process(turn: _Turn, *, more: bool) -> tuple[_Turn, int]:
    """Process what is begun, and begin what comes next in the same transaction; return how many."""
    try:
        with transaction.atomic():
            lease = lanes.hold(turn.lease)
            made = _handle([event for event in turn.events if event.lane in lease.lanes])
            return (_begin(lease) if more else _leave(lease)), made
    except LaneLost:
        raise
    except Exception as error:
        logger.warning("events_not_processed", extra={"error": type(error).__name__})
        code = _code_of(error)
    # Whose fault it was is not known where there were several: from here on each is made alone.
    with transaction.atomic():
        lease = lanes.hold(turn.lease)
        for event in turn.events:
            if event.lane in lease.lanes:
                _failed(event, code)
        return (_begin(lease) if more else _leave(lease)), len(turn.events)


def _handle(events: list[InboundEvent]) -> int:
    """Have each event handled, and what fails of it undone; return how many there was time for.

    Others want to write, too.
    """
    done, began = [], time.monotonic()
    for place, event in enumerate(events):
        if place and time.monotonic() - began > _WRITING_SECONDS:
            _put_back(events[place:])
            events = events[:place]
            break
        try:
            with transaction.atomic():
                handlers.handle(event)
            done.append(event)
        except Exception as error:
            logger.warning("event_not_processed", extra={"error": type(error).__name__})
            _failed(event, _code_of(error))
    _done(done)
    return len(events)


def _code_of(error: Exception) -> str:
    return f"handler_failed:{type(error).__name__}"[:60]


def _begin(lease: Lease) -> _Turn:
    """Choose what is made next, and count the attempt before: it may kill the worker.

    What was attempted before is made alone, after all else: so it takes no other event along, and
    none is counted as tried again that was not.
    """
    due = _due(lease)
    fresh = [event for event in due if not event.attempts] if _may_fail_together() else []
    events = fresh or due[:1]
    _these(events).update(attempts=F("attempts") + 1)
    for event in events:
        event.attempts += 1
    return _Turn(replace(lease, lanes=tuple(event.lane for event in due)), events)


def _may_fail_together() -> bool:
    return settings.EVENTS_MAX_ATTEMPTS > 1


def _due(lease: Lease) -> list[InboundEvent]:
    """Return the lanes' next events as far as they are due, and give the other lanes back."""
    now = timezone.now()
    heads = lanes.heads(lease)
    while spent := [each for each in heads if each.due_at <= now and _is_spent(each)]:
        for event in spent:
            _bury(event, "worker_lost")
        heads = lanes.heads(lease)
    for event in heads:
        if event.due_at > now:
            lanes.release(lease, [event.lane], until=event.due_at)
    idle = set(lease.lanes) - {event.lane for event in heads}
    if idle:
        lanes.release(lease, idle)
    return [event for event in heads if event.due_at <= now]


def _is_spent(event: InboundEvent) -> bool:
    return event.attempts >= settings.EVENTS_MAX_ATTEMPTS


def _leave(lease: Lease) -> _Turn:
    """Give all lanes back."""
    lanes.release(lease, lease.lanes)
    return _Turn(replace(lease, lanes=()), [])


def _these(events: list[InboundEvent]) -> QuerySet[InboundEvent]:
    return InboundEvent.objects.filter(pk__in=[event.pk for event in events])


def _put_back(events: list[InboundEvent]) -> None:
    """Take back the attempts that were counted and are not made."""
    _these(events).update(attempts=F("attempts") - 1)


def _done(events: list[InboundEvent]) -> None:
    # The content is not needed any more; the key stays, by which a second copy is known.
    waiting = _these(events).filter(state=InboundEvent.State.WAITING)
    done = {"state": InboundEvent.State.DONE, "ended_at": timezone.now(), "body_sealed": None}
    if waiting.update(code="", **done) != len(events):
        raise LaneLost


def _failed(event: InboundEvent, code: str) -> None:
    if _is_spent(event):
        _bury(event, code)
        return
    pause = min(_FIRST_PAUSE * 4 ** (event.attempts - 1), _LONGEST_PAUSE)
    due = timezone.now() + pause * random.uniform(0.8, 1.2)  # noqa: S311 - to spread them
    InboundEvent.objects.filter(pk=event.pk).update(due_at=due, code=code)


def _bury(event: InboundEvent, code: str) -> None:
    dead = {"state": InboundEvent.State.DEAD, "ended_at": timezone.now(), "code": code}
    InboundEvent.objects.filter(pk=event.pk).update(**dead)
    with about(event.subscription):
        record(
            EventDead(
                subscription_id=str(event.subscription_id),
                event_id=str(event.pk),
                kind=event.kind,
                attempts=event.attempts,
                code=code,
            )
        )
