"""Waking workers for a night, no more of them than it may have.

A slot is a note in the cache that a worker is at it. One that is lost with its worker is free again
after a while; a slot too many does no harm, for patients are claimed one by one.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError

from smartapp.celery import app

logger = logging.getLogger(__name__)

TASK, EXPORT_TASK = "smartapp.night.work", "smartapp.night.export"
# How long a task works before it makes room for other work, and a slot is held at most.
WORK_SECONDS = 20.0
_SLOT_SECONDS = 45


def wake(night_id: UUID) -> None:
    """Send a message for each free slot; a broker that is down is the sweep's to make up for."""
    taken = sum(cache.get(_key(night_id, n)) is not None for n in range(settings.NIGHT_SLOTS))
    for _ in range(settings.NIGHT_SLOTS - taken):
        wake_one(night_id)


def wake_one(night_id: UUID) -> None:
    """Have one worker go on with a night."""
    _send(TASK, night_id)


def _send(task: str, night_id: UUID) -> None:
    try:
        app.send_task(task, [str(night_id)], retry=False, expires=60)
    except (OperationalError, OSError) as error:
        logger.warning("broker_unreachable", extra={"error": type(error).__name__})


def wake_export(night_id: UUID) -> None:
    """Have one worker go on with a night's export."""
    _send(EXPORT_TASK, night_id)


def take_slot(night_id: UUID) -> int | None:
    """Take a free slot; ``None`` where enough workers are at it."""
    slots = range(settings.NIGHT_SLOTS)
    return next((n for n in slots if cache.add(_key(night_id, n), 1, _SLOT_SECONDS)), None)


def free_slot(night_id: UUID, slot: int) -> None:
    """Give a slot back."""
    cache.delete(_key(night_id, slot))


def _key(night_id: UUID, slot: int) -> str:
    return f"night-slot-{night_id}-{slot}"
