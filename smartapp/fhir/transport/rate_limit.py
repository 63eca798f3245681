"""A bound on how fast all our processes together ask one EHR. Every attempt counts, retries too."""

import time
from collections.abc import Callable, Sequence

import httpx2

from smartapp.fhir.errors import EhrThrottled
from smartapp.fhir.outcomes import retry_after
from smartapp.fhir.transport.asked import Asked, Use
from smartapp.fhir.transport.buckets import Pace, Place
from smartapp.fhir.transport.pacing import MemoryPlaces, Places

_SHORTEST = 0.001
_TOO_MANY = 429


class Bucket:
    """The buckets that one token's requests of one use must find a place in, each of them."""

    def __init__(self, places: Places, paces: Sequence[Pace], *, use: Use = Use.PANEL) -> None:
        self._places = places
        self._paces = tuple(paces)
        self._use = use

    def take(self) -> Place:
        """Take a place now, or learn how long to wait."""
        return self._places.take(self._paces, first=self._use is Use.PANEL)

    def hold(self, seconds: float) -> None:
        """Let all who share the token's own bucket, the last one, wait for so long."""
        self._places.hold(self._paces[-1], seconds)


class TokenBucket(Bucket):
    """``burst`` requests at once, then ``per_second``, for this process alone."""

    def __init__(
        self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(MemoryPlaces(clock), [Pace("own", per_second, burst)])


class RateLimit(httpx2.BaseTransport):
    """Waits for a place in the bucket; raises EhrThrottled where the deadline comes first.

    ``holds``: a 429's Retry-After is for all that bring the same token. It is not where the EHR
    counts something else than requests, such as exports under way. (A 503's is the breaker's.)
    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        *,
        bucket: Bucket,
        sleep: Callable[[float], None] = time.sleep,
        holds: bool = True,
    ) -> None:
        self._inner = inner
        self._bucket = bucket
        self._sleep = sleep
        self._holds = holds

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait, then send."""
        asked = Asked.of(request)
        for _ in range(asked.places):
            self._wait(asked)
        response = self._inner.handle_request(request)
        seconds = retry_after(response.headers.get("Retry-After", ""))
        if seconds and self._holds and response.status_code == _TOO_MANY:
            self._bucket.hold(seconds)
        return response

    def _wait(self, asked: Asked) -> None:
        while not (place := self._bucket.take()).taken:
            if place.wait > asked.remaining():
                raise EhrThrottled(seconds=place.wait)
            self._sleep(max(place.wait, _SHORTEST))
