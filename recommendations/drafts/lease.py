"""The lease: one worker owns a draft for a while, and writes only while it still does.

A claim is one conditional update. It raises the draft's fencing number, and every later write
of that worker is made under the number it was given: a worker that was thought dead, and was
only slow, finds its number gone and stops.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from recommendations.errors import LeaseLost
from recommendations.models import Draft

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to write one draft."""

    draft_id: UUID
    fencing: int
    attempt: int


def duration() -> timedelta:
    """How long a lease holds without being renewed."""
    return timedelta(seconds=settings.DRAFT_LEASE_SECONDS)


def claim(draft_id: UUID) -> Lease | None:
    """Take a draft that waits, or whose worker let its lease run out; ``None`` if it is neither.

    Call within a transaction, so that the claim and its event stand or fall together.
    """
    now = timezone.now()
    free = Q(state=Draft.State.QUEUED) | Q(state=Draft.State.RUNNING, lease_until__lt=now)
    claimed = Draft.objects.filter(
        free, pk=draft_id, attempts__lt=settings.DRAFT_MAX_ATTEMPTS
    ).update(
        state=Draft.State.RUNNING,
        lease_until=now + duration(),
        fencing=F("fencing") + 1,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
    )
    if not claimed:
        return None
    fencing, attempt = Draft.objects.values_list("fencing", "attempts").get(pk=draft_id)
    return Lease(draft_id, fencing, attempt)


def hold(lease: Lease, **changes: object) -> None:
    """Write ``changes`` to the draft and renew the lease, or raise :class:`LeaseLost`.

    The first statement of each of a worker's transactions: the row stays locked to its end.
    """
    written = Draft.objects.filter(
        pk=lease.draft_id, fencing=lease.fencing, state=Draft.State.RUNNING
    ).update(**{"lease_until": timezone.now() + duration(), **changes})
    if not written:
        raise LeaseLost


class Heartbeat:
    """Renews a lease from a thread of its own; knows when there is nothing left to renew."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._stopping = threading.Event()
        self._lost = threading.Event()
        self.launch_ended = False

    @property
    def lost(self) -> bool:
        """Whether the draft must not be worked on any more."""
        return self._lost.is_set()

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

    def run(self) -> None:
        """Beat three times in each lease until stopped."""
        try:
            while not self._stopping.wait(settings.DRAFT_LEASE_SECONDS / 3) and not self.lost:
                self.beat()
        finally:
            connection.close()  # this thread's own

    def stop(self) -> None:
        """End the thread at its next wait."""
        self._stopping.set()


@contextmanager
def heartbeat(lease: Lease) -> Iterator[Heartbeat]:
    """Keep ``lease`` renewed for the length of a ``with`` block."""
    beating = Heartbeat(lease)
    thread = threading.Thread(target=beating.run, name="draft-heartbeat", daemon=True)
    thread.start()
    try:
        yield beating
    finally:
        beating.stop()
        thread.join(timeout=5)
