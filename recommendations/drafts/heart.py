"""The heart of a worker process: one thread that renews the leases of all its drafts.

A thread and a database connection for each draft would be two hundred of both where two hundred
drafts are made at once.
"""

import logging
import threading
import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from recommendations.drafts.lease import Lease, renew
from recommendations.models import Draft

logger = logging.getLogger(__name__)

_AT_ONCE = 100


def most_seconds() -> float:
    """How long one attempt may take: reading and verifying take seconds, the rest is the model's.

    Celery's own limits do not hold where a worker's slots are threads.
    """
    return float(settings.MODEL_DEADLINE_SECONDS + 60)


class Heartbeat:
    """One draft's lease, and whether there is anything left to renew."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
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

    def felt(self, held: Container[UUID], ended: Container[UUID]) -> None:
        """Take note of a beat: the drafts whose leases hold, and those whose launch has ended."""
        draft_id = self.lease.draft_id
        self.launch_ended = draft_id in held and draft_id in ended
        if self.launch_ended or draft_id not in held:
            self._lost.set()


def beat(every: Sequence[Heartbeat]) -> None:
    """Renew all leases in two questions, however many; mark those lost that cannot be."""
    leases = [each.lease for each in every]
    try:
        with transaction.atomic():
            held = renew(leases)
        over = Draft.objects.filter(pk__in=held, launch__ended_at__isnull=False)
        ended = frozenset(over.values_list("pk", flat=True))
    except DatabaseError as error:
        # A busy database is not a lost lease: the next beat may come through in time.
        logger.warning("heartbeat_missed", extra={"error": type(error).__name__})
        return
    for each in every:
        each.felt(held, ended)


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
                for some in batched([each for each in self._current() if not each.lost]):
                    beat(some)
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


def batched(every: Sequence[Heartbeat]) -> Iterator[Sequence[Heartbeat]]:
    """So many at a time that a question stays of a size that any database takes."""
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


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
