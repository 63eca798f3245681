"""Keeps a schedule's lease alive while its worker is: one that dies is taken over within a minute.

The lease is short because of that, and the fencing number makes it safe: whoever lost the lease
all the same, and was only slow, writes nothing more.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from smartapp.models import Schedule

logger = logging.getLogger(__name__)


def lease() -> timedelta:
    """Return how long a schedule is held without a beat."""
    return timedelta(seconds=settings.SCHEDULES_LEASE_SECONDS)


class Heartbeat:
    """Renews one worker's lease from a thread of its own; knows when it is another's."""

    def __init__(self, schedule_id: UUID, fencing: int) -> None:
        self._mine = Schedule.objects.filter(pk=schedule_id, fencing=fencing)
        self._stopping = threading.Event()
        self._lost = threading.Event()

    @property
    def lost(self) -> bool:
        """Whether another worker holds the schedule now, or it was removed."""
        return self._lost.is_set()

    def beat(self) -> None:
        """Renew once."""
        try:
            if not self._mine.update(lease_until=timezone.now() + lease()):
                self._lost.set()
        except DatabaseError as error:
            # A busy database is not a lost lease: the next beat may come through in time.
            logger.warning("schedule_beat_missed", extra={"error": type(error).__name__})

    def run(self) -> None:
        """Beat three times in each lease until stopped."""
        try:
            while not self._stopping.wait(lease().total_seconds() / 3) and not self.lost:
                self.beat()
        finally:
            connection.close()  # this thread's own

    def stop(self) -> None:
        """End the thread at its next wait."""
        self._stopping.set()


@contextmanager
def beating(row: Schedule) -> Iterator[Heartbeat]:
    """Keep the lease that ``row`` was claimed with renewed for the length of a ``with`` block."""
    heart = Heartbeat(row.pk, row.fencing)
    thread = threading.Thread(target=heart.run, name="schedule-heartbeat", daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        heart.stop()
        thread.join(timeout=5)
