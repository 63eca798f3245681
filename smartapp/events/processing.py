"""Processing: each event once, in order per patient, with retries and then a dead letter."""

import logging
import random
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from audit.events.notifications import EventDead
from audit.recorder import record
from smartapp.events import handlers, lanes
from smartapp.events.errors import LaneLost
from smartapp.events.intake import about
from smartapp.events.lanes import Lease
from smartapp.models import InboundEvent

logger = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(seconds=1)
_GIVING_WAY_SECONDS = 0.004
_LONGEST_PAUSE = timedelta(minutes=10)


def drain(*, seconds: float) -> int:
    """Process what is due until nothing is left or ``seconds`` have passed; return how many."""
    until = time.monotonic() + seconds
    processed = 0
    while time.monotonic() < until:
        names = lanes.ready()
        # Workers that begin at the same lane would get in each other's way at every one.
        random.shuffle(names)
        taken = [_work_through(name, until) for name in names]
        if all(count is None for count in taken):
            break
        processed += sum(count or 0 for count in taken)
    return processed


def _work_through(lane: str, until: float) -> int | None:
    """Process a lane's due events; ``None`` where another worker has it."""
    try:
        with transaction.atomic():
            lease = lanes.claim(lane)
            event = _begin(lease) if lease else None
    except Exception as error:  # one lane must not keep the others waiting
        logger.warning("lane_not_claimed", extra={"error": type(error).__name__})
        return None
    count = 0
    try:
        while lease and event is not None:
            _give_way()
            event = _process(lease, event, more=time.monotonic() < until)
            count += 1
    except LaneLost:
        logger.warning("lane_lost")
    except Exception as error:
        logger.warning("lane_left", extra={"error": type(error).__name__})
    return count if lease else None


def _give_way() -> None:
    """Let those in that store what comes in: SQLite lets one write at a time, and queues none."""
    if connection.vendor == "sqlite":
        time.sleep(_GIVING_WAY_SECONDS)


def _process(lease: Lease, event: InboundEvent, *, more: bool) -> InboundEvent | None:
    """Process one event, and begin the next in the same transaction."""
    try:
        with transaction.atomic():
            lanes.hold(lease)
            handlers.handle(event)
            _done(event)
            return _begin(lease) if more else _leave(lease)
    except LaneLost:
        raise
    except Exception as error:
        logger.warning("event_not_processed", extra={"error": type(error).__name__})
        with transaction.atomic():
            lanes.hold(lease)
            _failed(event, f"handler_failed:{type(error).__name__}"[:60])
            return _begin(lease) if more else _leave(lease)


def _begin(lease: Lease) -> InboundEvent | None:
    """Count an attempt at the lane's next event, before it is made: it may kill the worker."""
    while (event := lanes.head(lease.lane)) is not None:
        if event.due_at > timezone.now():
            return _leave(lease, until=event.due_at)
        if event.attempts < settings.EVENTS_MAX_ATTEMPTS:
            InboundEvent.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
            event.attempts += 1
            return event
        _bury(event, "worker_lost")
    return _leave(lease)


def _leave(lease: Lease, *, until: datetime | None = None) -> InboundEvent | None:
    """Give the lane back: there is no next event."""
    lanes.release(lease, until=until)
    return None


def _done(event: InboundEvent) -> None:
    # The content is not needed any more; the key stays, by which a second copy is known.
    waiting = InboundEvent.objects.filter(pk=event.pk, state=InboundEvent.State.WAITING)
    done = {"state": InboundEvent.State.DONE, "ended_at": timezone.now(), "body_sealed": None}
    if not waiting.update(code="", **done):
        raise LaneLost


def _failed(event: InboundEvent, code: str) -> None:
    if event.attempts >= settings.EVENTS_MAX_ATTEMPTS:
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
