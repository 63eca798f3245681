"""Another try for reads that met a passing fault, within the deadline."""

import email.utils
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2

from smartapp.fhir.errors import EhrUnavailable
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.payloads import json_or_none
from smartapp.fhir.transport.asked import Asked

DELAYS = (1.0, 2.0, 4.0)
_READS = {"GET", "HEAD"}


class Retry(httpx2.BaseTransport):
    """Repeats reads after jittered 1, 2 and 4 seconds, or Retry-After where that is longer.

    A wait that would pass the deadline is not begun: the answer or error at hand goes up as it is.
    400, 401 and 403 are never repeated: asking again changes nothing.
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
        """Send, up to four times."""
        asked = Asked.of(request)
        for delay in (*DELAYS, None):
            asked.attempts += 1
            try:
                response, failure = self._inner.handle_request(request), None
            except EhrUnavailable as error:
                response, failure = None, error
            wait = self._wait(delay, request, response)
            if wait is None or wait >= asked.deadline - asked.clock():
                break
            self._sleep(wait)
        if failure is not None:
            raise failure
        assert response is not None  # noqa: S101 - one of the two is set
        return response

    def _wait(
        self, delay: float | None, request: httpx2.Request, response: httpx2.Response | None
    ) -> float | None:
        if delay is None or request.method not in _READS:
            return None
        jittered = delay * (0.5 + self._jitter() / 2)
        if response is None:
            return jittered
        if response.is_success:
            return None
        error = error_for(response.status_code, json_or_none(response.content))
        if not isinstance(error, EhrUnavailable):
            return None
        return max(jittered, retry_after(response.headers.get("Retry-After", "")))


def retry_after(value: str, *, now: datetime | None = None) -> float:
    """Read a Retry-After header, seconds or an HTTP date; 0 where it says nothing."""
    if value.strip().isdigit():
        return float(value)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return 0.0
    return max(
        0.0, (at.replace(tzinfo=at.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    )
