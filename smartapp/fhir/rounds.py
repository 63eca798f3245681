"""A round of reading: its deadline, its threads, and its events.

The events of all requests of a round are written in one transaction when it closes, in the thread
that asked, before any of the data is handed out. If they cannot be written, the reading fails.
"""

import contextvars
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, Self, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from audit.errors import LedgerUnavailable
from audit.events.base import Event
from audit.events.fhir import ReadingIncomplete
from audit.recorder import record_all
from smartapp.fhir.results import ReadResult
from smartapp.fhir.transport.asked import Asked

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Round:
    """Collects the events of one reading; ``with Round(seconds) as round:`` writes them at the end.

    They are written when the reading fails, too. ``fresh`` insists on the EHR's own answers.
    """

    def __init__(self, seconds: float, *, fresh: bool = False) -> None:
        self.deadline = time.monotonic() + seconds
        self._fresh = fresh
        self._events: list[Event] = []
        self._closed = False
        self._lock = threading.Lock()
        self._left = threading.Semaphore(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._closed = True
        _write(self._events)

    def add(self, event: Event) -> None:
        """Keep an event; one that comes after the round has closed is written by itself.

        That happens to a request the round no longer waited for: its answer is thrown away, but
        it was asked, so it stands in the trail.
        """
        with self._lock:
            if not self._closed:
                self._events.append(event)
                return
        _write_late(event)

    def tell_missing(self, results: Iterable[ReadResult]) -> None:
        """Let the trail know what could not be read, where anything could not."""
        missing = [
            f"{each.concept.value}: {each.reason.value} ({each.detail})"
            for result in results
            for each in result.missing
        ]
        if missing:
            self.add(ReadingIncomplete(missing=tuple(dict.fromkeys(missing))))

    def get_ready(self) -> None:
        """Open the asking thread's connection to the trail while the EHR thinks."""
        with suppress(DatabaseError):  # told when the events cannot be written
            connection.ensure_connection()

    def wait_for_leaving(self, count: int, *, seconds: float) -> None:
        """Wait until ``count`` requests have gone to the wire, at most for so long."""
        until = time.monotonic() + seconds
        for _ in range(count):
            if not self._left.acquire(timeout=max(0.0, until - time.monotonic())):
                return

    def asked(self, *, any_content: bool = False, keep_seconds: int | None = None) -> Asked:
        """Return the circumstances of one more request, kept as long as its concept allows."""
        return Asked(
            deadline=self.deadline,
            events=self,
            any_content=any_content,
            keep_seconds=keep_seconds,
            fresh=self._fresh,
            leaves=self._left.release,
        )

    def remaining(self) -> float:
        """Seconds left, 0 when none are."""
        return max(0.0, self.deadline - time.monotonic())


def _write_late(event: Event) -> None:
    try:
        _write([event])
    except LedgerUnavailable as error:
        # Nobody is left to be refused: the data were thrown away already.
        logger.error("late fhir request not recorded", extra={"code": error.code})  # noqa: TRY400
    else:
        logger.info("late fhir request recorded")
    finally:
        connection.close()  # a pool thread's own


def _write(events: list[Event]) -> None:
    if events:
        with transaction.atomic():
            record_all(events)


_pools: dict[int, ThreadPoolExecutor] = {}
_lock = threading.Lock()


def submit(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
    """Run ``work`` on this process's reading threads, under the caller's context variables."""
    with _lock:
        pool = _pools.get(os.getpid())
        if pool is None:
            pool = ThreadPoolExecutor(settings.FHIR_MAX_WORKERS, thread_name_prefix="fhir")
            _pools[os.getpid()] = pool
    context = contextvars.copy_context()
    return pool.submit(lambda: context.run(work, *args, **kwargs))
