"""A bound on how fast all our processes together ask one EHR. Every attempt counts, retries too."""

import time
from collections.abc import Callable, Sequence

import httpx2

from smartapp.fhir.errors import EhrThrottled
from smartapp.fhir.transport.asked import Asked, Use
from smartapp.fhir.transport.pacing import MemoryPlaces, Pace, Place, Places

_SHORTEST = 0.001


class Bucket:
    """The buckets that one token's requests of one use must find a place in, each of them."""

    def __init__(self, places: Places, paces: Sequence[Pace], *, use: Use = Use.PANEL) -> None:
        self._places = places
        self._paces = tuple(paces)
        self._use = use

    def take(self) -> Place:
        """Take a place now, or learn how long to wait."""
        return self._places.take(self._paces, first=self._use is Use.PANEL)


class TokenBucket(Bucket):
    """``burst`` requests at once, then ``per_second``, for this process alone."""

    def __init__(
        self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(MemoryPlaces(clock), [Pace("own", per_second, burst)])


class RateLimit(httpx2.BaseTransport):
    """Waits for a place in the bucket; raises EhrThrottled where the deadline comes first."""

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        *,
        bucket: Bucket,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner = inner
        self._bucket = bucket
        self._sleep = sleep

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait, then send."""
        asked = Asked.of(request)
        while not (place := self._bucket.take()).taken:
            if place.wait > asked.remaining():
                raise EhrThrottled
            self._sleep(max(place.wait, _SHORTEST))
        return self._inner.handle_request(request)
