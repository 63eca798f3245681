"""An EHR that fails again and again is left alone for a while, by all our processes.

Each process counts the failures in a row that it sees; the one that has seen enough writes a pause
into the cache, where the others find it (they look once a second, so a read costs no look). When
the pause is over one request is let through as a probe: an answer ends the pause, another failure
doubles it. Without a cache that answers, each process pauses for itself.
"""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

from audit.events.fhir import EhrBack, EhrLeftAlone
from smartapp.fhir.errors import EhrPaused, EhrThrottled, EhrUnavailable
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.payloads import json_or_none
from smartapp.fhir.transport.asked import Asked

logger = logging.getLogger(__name__)

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 60.0
_LOOK_SECONDS = 1.0
_PROBE_SECONDS = 15
# One who gave up sooner says nothing about the EHR.
_PATIENCE_SECONDS = 2.0


class Pauses:
    """The pauses of one EHR, as this process knows them. ``clock`` is the wall's, shared."""

    def __init__(
        self,
        issuer: str,
        *,
        after: int,
        store: BaseCache | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        name = hashlib.sha256(issuer.encode()).hexdigest()[:32]
        self._pause_key, self._probe_key = f"fhir-pause-{name}", f"fhir-probe-{name}"
        self._after = after
        self._store: BaseCache = caches["default"] if store is None else store
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._refused = 0
        self._looked_at = 0.0
        self._until, self._seconds = 0.0, 0.0  # no pause where ``_seconds`` is 0

    def admit(self) -> None:
        """Let a request pass, as a probe where a pause is just over; raise EhrPaused."""
        with self._lock:
            self._look()
            if not self._seconds:
                return
            left = self._until - self._clock()
            if left <= 0 and self._try(self._store.add, self._probe_key, 1, _PROBE_SECONDS):
                return
            self._refused += 1
            raise EhrPaused(seconds=max(left, _LOOK_SECONDS))

    def succeeded(self) -> EhrBack | None:
        """Note an answer; return what the trail should know where it ended a pause."""
        with self._lock:
            self._failures = 0
            if not self._seconds:
                return None
            refused, self._refused, self._seconds = self._refused, 0, 0.0
            self._try(self._store.delete_many, [self._pause_key, self._probe_key])
        logger.warning("EHR is back", extra={"refused": refused})
        return EhrBack(refused=refused)

    def failed(self) -> EhrLeftAlone | None:
        """Note a failure; return what the trail should know where a pause begins."""
        with self._lock:
            self._failures += 1
            probing = self._seconds > 0 and self._until <= self._clock()
            if not probing and (self._seconds > 0 or self._failures < self._after):
                return None
            self._seconds = min(LONGEST_SECONDS, 2 * self._seconds or FIRST_SECONDS)
            self._until = self._clock() + self._seconds
            # It outlives the pause: until a probe was answered, the EHR counts as failing.
            kept = (self._until, self._seconds)
            self._try(self._store.set, self._pause_key, kept, int(self._seconds + LONGEST_SECONDS))
            self._try(self._store.delete, self._probe_key)
            told = EhrLeftAlone(failures=self._failures, seconds=round(self._seconds))
        logger.error("EHR left alone", extra={"code": told.code, "seconds": told.seconds})
        return told

    def _look(self) -> None:
        now = self._clock()
        if 0 <= now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        unknown = (self._until, self._seconds)
        self._until, self._seconds = self._try(
            self._store.get, self._pause_key, (0.0, 0.0), otherwise=unknown
        )

    def _try(self, act: Callable[..., Any], *arguments: Any, otherwise: Any = True) -> Any:
        try:
            return act(*arguments)
        except Exception as error:  # a store that is down costs coordination, never the reading
            logger.warning("cache unavailable", extra={"kind": type(error).__name__})
            return otherwise


class Breaker(httpx2.BaseTransport):
    """Refuses while the EHR is left alone, and notes how each request that passed has ended."""

    def __init__(self, inner: httpx2.BaseTransport, *, pauses: Pauses) -> None:
        self._inner = inner
        self._pauses = pauses

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; raises EhrPaused before anything is sent."""
        asked = Asked.of(request)
        self._pauses.admit()
        started = asked.clock()
        try:
            response = self._inner.handle_request(request)
        except EhrUnavailable:
            took, late = asked.clock() - started, asked.clock() >= asked.deadline
            if not late or took >= _PATIENCE_SECONDS:
                self._tell(asked, self._pauses.failed())
            raise
        if _is_failure(response):
            self._tell(asked, self._pauses.failed())
        elif response.status_code != 429:
            self._tell(asked, self._pauses.succeeded())
        return response

    @staticmethod
    def _tell(asked: Asked, event: EhrBack | EhrLeftAlone | None) -> None:
        if event is not None:
            asked.events.add(event)


def _is_failure(response: httpx2.Response) -> bool:
    if response.is_success:
        return False
    error = error_for(response.status_code, json_or_none(response.content))
    return isinstance(error, EhrUnavailable) and not isinstance(error, EhrThrottled)


_pauses: dict[tuple[int, str], Pauses] = {}
_lock = threading.Lock()


def shared(issuer: str) -> Pauses:
    """Return this process's view of an EHR's pauses."""
    key = (os.getpid(), issuer)
    with _lock:
        if key not in _pauses:
            _pauses[key] = Pauses(issuer, after=settings.FHIR_PAUSE_AFTER)
        return _pauses[key]
