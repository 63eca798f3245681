"""Another try for reads that met a passing fault, within the deadline."""

import random
import time
from collections.abc import Callable, Iterator

import httpx2

from smartapp.fhir.errors import EhrPaused, EhrUnavailable
from smartapp.fhir.outcomes import error_for, retry_after
from smartapp.fhir.payloads import json_or_none
from smartapp.fhir.transport.asked import Asked

LONGEST_SECONDS = 60.0
_READS = {"GET", "HEAD"}


class Retry(httpx2.BaseTransport):
    """Repeats reads after jittered 1, 2, 4 … 60 seconds, or Retry-After where that is longer.

    A wait that would pass the deadline is not begun: the answer or error at hand goes up as it is.
    So a panel, whose deadline is near, is told soon, and a night waits out an hour's trouble.
    400, 401, 403, 404 and 422 are never repeated: asking again changes nothing.
    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._inner = inner
        self._sleep = sleep
        self._jitter = jitter

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, as often as it helps."""
        asked = Asked.of(request)
        for delay in delays():
            try:
                response, failure = self._send(request, asked), None
            except EhrUnavailable as error:
                response, failure = None, error
            wait = self._wait(delay, request, response, failure)
            left = asked.deadline - asked.clock()
            # A pause is for the night to wait out: a clinician is told at once.
            hurried = isinstance(failure, EhrPaused) and left <= LONGEST_SECONDS
            if wait is None or wait >= left or hurried:
                break
            self._sleep(wait)
        if failure is not None:
            raise failure
        assert response is not None  # noqa: S101 - one of the two is set
        return response

    def _send(self, request: httpx2.Request, asked: Asked) -> httpx2.Response:
        asked.attempts += 1
        try:
            return self._inner.handle_request(request)
        except EhrUnavailable as error:
            if error.seconds or isinstance(error, EhrPaused):
                asked.attempts -= 1  # nothing was sent
            raise

    def _wait(
        self,
        delay: float,
        request: httpx2.Request,
        response: httpx2.Response | None,
        failure: EhrUnavailable | None,
    ) -> float | None:
        if request.method not in _READS and not Asked.of(request).only_reads:
            return None
        jittered = delay * (0.5 + self._jitter() / 2)
        if response is None:
            return max(jittered, failure.seconds if failure is not None else 0.0)
        if response.is_success:
            return None
        error = error_for(response.status_code, json_or_none(response.content))
        if not isinstance(error, EhrUnavailable):
            return None
        return max(jittered, retry_after(response.headers.get("Retry-After", "")))


def delays() -> Iterator[float]:
    """Yield the waits before jitter, in seconds: 1, 2, 4 … and 60 for ever."""
    delay = 1.0
    while True:
        yield delay
        delay = min(LONGEST_SECONDS, 2 * delay)
