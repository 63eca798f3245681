"""A bound on how fast one process asks one EHR. Every attempt counts, retries too."""

import os
import threading
import time
from collections.abc import Callable

import httpx2

from smartapp.fhir.errors import EhrThrottled
from smartapp.fhir.transport.asked import Asked


class TokenBucket:
    """``burst`` requests at once, then ``per_second``. A shared store can stand in its place."""

    def __init__(
        self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_second
        self._burst = float(burst)
        self._clock = clock
        self._tokens = float(burst)
        self._at = clock()
        self._lock = threading.Lock()

    def reserve(self, *, within: float) -> float | None:
        """Take a place and return the seconds to wait for it; ``None`` where ``within`` is less."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now
            wait = max(0.0, (1.0 - self._tokens) / self._rate)
            if wait > within:
                return None
            self._tokens -= 1.0
            return wait


class RateLimit(httpx2.BaseTransport):
    """Waits for a place in the bucket; raises EhrThrottled where the deadline comes first."""

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        *,
        bucket: TokenBucket,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner = inner
        self._bucket = bucket
        self._sleep = sleep

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait, then send."""
        wait = self._bucket.reserve(within=Asked.of(request).remaining())
        if wait is None:
            raise EhrThrottled
        if wait:
            self._sleep(wait)
        return self._inner.handle_request(request)


_buckets: dict[tuple[int, str], TokenBucket] = {}
_lock = threading.Lock()


def shared(issuer: str, *, per_second: float, burst: int) -> TokenBucket:
    """Return this process's bucket for an EHR."""
    key = (os.getpid(), issuer)
    with _lock:
        if key not in _buckets:
            _buckets[key] = TokenBucket(per_second=per_second, burst=burst)
        return _buckets[key]
