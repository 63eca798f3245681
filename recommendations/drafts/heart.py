"""The heart of a worker process: one thread that renews the leases of all its drafts.

A thread and a database connection for each draft would be two hundred of both where two hundred
drafts are made at once.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from recommendations.drafts.lease import Lease, hold
from recommendations.errors import LeaseLost
from recommendations.models import Draft

logger = logging.getLogger(__name__)


def most_seconds() -> float:
    """How long one attempt may take: reading and verifying take seconds, the rest is the model's.

    Celery's own limits do not hold where a worker's slots are threads.
    """
    return float(settings.MODEL_DEADLINE_SECONDS + 60)


class Heartbeat:
    """One draft's lease, and whether there is anything left to renew."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._lost = threading.Event()
        self._until = time.monotonic() + most_seconds()
        self.launch_ended = False

    @property
    def lost(self) -> bool:
        """Whether the draft must not be worked on any more."""
        return self._lost.is_set() or self.overdue

    @property
    def overdue(self) -> bool:
        """Whether the draft has taken as long as one may."""
        return time.monotonic() >= self._until

    def beat(self) -> None:
        """Renew once; mark the lease lost when it cannot be."""
        try:
            with transaction.atomic():
                hold(self._lease)
            draft = Draft.objects.only("launch__ended_at").select_related("launch")
            ended = draft.get(pk=self._lease.draft_id).launch.ended_at
        except LeaseLost:
            self._lost.set()
        except DatabaseError as error:
            # A busy database is not a lost lease: the next beat may come through in time.
            logger.warning("heartbeat_missed", extra={"error": type(error).__name__})
        else:
            if ended is not None:
                self.launch_ended = True
                self._lost.set()


class _Heart:
    """Beats for all, three times in each lease, while there is anybody to beat for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._beating: set[Heartbeat] = set()
        self._thread: threading.Thread | None = None

    def add(self, beating: Heartbeat) -> None:
        with self._changed:
            self._beating.add(beating)
            # A forked worker inherits the row of this object and not its thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="draft-heart", daemon=True)
                self._thread.start()

    def remove(self, beating: Heartbeat) -> None:
        with self._changed:
            self._beating.discard(beating)
            self._changed.notify()

    def _run(self) -> None:
        try:
            while self._waited():
                for each in self._current():
                    if not each.lost:
                        each.beat()
        finally:
            connection.close()  # this thread's own

    def _waited(self) -> bool:
        """Wait for the next beat; False once there is nobody left, and the thread is given up."""
        end = time.monotonic() + settings.DRAFT_LEASE_SECONDS / 3
        with self._changed:
            while self._beating and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            if not self._beating:
                self._thread = None
            return bool(self._beating)

    def _current(self) -> list[Heartbeat]:
        with self._changed:
            return list(self._beating)


_heart = _Heart()


@contextmanager
def heartbeat(lease: Lease) -> Iterator[Heartbeat]:
    """Keep ``lease`` renewed for the length of a ``with`` block."""
    beating = Heartbeat(lease)
    _heart.add(beating)
    try:
        yield beating
    finally:
        _heart.remove(beating)
