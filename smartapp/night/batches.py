"""Many reads in one POST: their answers are fetched together, and then found as if asked for.

What a reading is going to ask first is known from the profile, so it is asked in one batch. The
reader then runs as ever, over this transport: what the batch brought it finds here, each answer
told to the trail by itself; what it did not (a next page, a search the EHR had no time for) goes
its usual way, one by one.
"""

import json
import threading
from collections.abc import Sequence
from typing import Any

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import UnreadableResponse
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.rounds import Round
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import PARSED, Asked
from smartapp.fhir.vendors.profiles import Batch

_PASSING = frozenset({408, 429})


class Batching(httpx2.BaseTransport):
    """Answers from a batch where it can, else asks ``inner``. Counts what the EHR was sent."""

    def __init__(self, inner: httpx2.BaseTransport, *, base: Base, accept: str) -> None:
        self.requests = 0
        self._lock = threading.Lock()
        self._inner = inner
        self._base = base
        self._accept = accept
        self._given: dict[str, tuple[int, Any]] = {}
        self._told = AccessLog(_Given(self._given), base=base)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, each answer of the batch once."""
        if request.method == "GET" and str(request.url) in self._given:
            return self._told.handle_request(request)
        return self._ask(request)

    def fetch(self, links: Sequence[str], batch: Batch, seconds: float) -> None:
        """Ask for all of ``links``; raises FhirError."""
        for start in range(0, len(links), batch.most):
            self._fetch(links[start : start + batch.most], batch, seconds)

    def _fetch(self, links: Sequence[str], batch: Batch, seconds: float) -> None:
        urls = [self._base.join(link) for link in links]
        entries = [{"request": {"method": "GET", "url": self._base.below(url)}} for url in urls]
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        request = httpx2.Request(
            "POST",
            self._base.url,
            headers={"Accept": self._accept, "Content-Type": "application/fhir+json"},
            content=json.dumps(bundle).encode(),
        )
        with Round(seconds, fresh=True) as round_:
            asked = round_.asked()
            asked.only_reads = True
            asked.places = len(urls) if batch.counted == "each" else 1
            response = self._ask(asked.attach(request))
        parsed = response.extensions[PARSED]
        refused = error_for(response.status_code, parsed)
        if refused is not None:
            raise refused
        for url, answer in zip(urls, _answers(parsed, len(urls)), strict=True):
            if answer is not None:
                self._given[str(url)] = answer

    def _ask(self, request: httpx2.Request) -> httpx2.Response:
        asked = Asked.of(request)
        try:
            return self._inner.handle_request(request)
        finally:
            with self._lock:
                self.requests += asked.attempts


class _Given(httpx2.BaseTransport):
    """The answers in hand, by address."""

    def __init__(self, given: dict[str, tuple[int, Any]]) -> None:
        self._given = given

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Give one away."""
        status, parsed = self._given.pop(str(request.url))
        return httpx2.Response(status, extensions={PARSED: parsed})


def _answers(parsed: Any, count: int) -> list[tuple[int, Any] | None]:
    """Return each entry's answer in order, ``None`` where asking again by itself may help."""
    entries = parsed.get("entry") if isinstance(parsed, dict) else None
    if not isinstance(entries, list) or parsed.get("type") != "batch-response":
        raise UnreadableResponse
    if len(entries) != count:
        raise UnreadableResponse  # by their order alone is known what they answer
    return [_answer(entry) for entry in entries]


def _answer(entry: Any) -> tuple[int, Any] | None:
    response = entry.get("response") if isinstance(entry, dict) else None
    if not isinstance(response, dict):
        return None
    words = str(response.get("status", ""))
    if not words[:3].isdecimal():
        return None
    status = int(words[:3])
    if status >= 500 or status in _PASSING or status == 401:
        return None
    found = entry.get("resource") or response.get("outcome")
    return (status, found) if found is not None or status >= 400 else None
