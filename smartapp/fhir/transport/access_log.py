"""The outermost wrapper: every request for chart data, cache hits too, becomes an event.

The events of a reading are collected and written in one transaction before its data are handed
out (``rounds.Round``): eight parallel requests must not queue at the database one by one.
"""

import contextvars
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx2

from audit.events.base import Outcome
from audit.events.fhir import FhirRequested
from smartapp.fhir.addresses import Base, is_id, is_type
from smartapp.fhir.errors import (
    AccessDenied,
    BackendRefused,
    EhrPaused,
    FhirError,
    ForeignAddress,
    NotFound,
    RecordMerged,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.payloads import parse_json
from smartapp.fhir.resources import version_of
from smartapp.fhir.transport import counts, keeper
from smartapp.fhir.transport.asked import PARSED, Asked

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[A-Za-z_.:\-]{1,40}")
# Addresses and names of resources are told to the sealed trail alone.
_UNLOGGED = {"query", "returned"}


class AccessLog(httpx2.BaseTransport):
    """Times each request and notes what came back: kinds, ids and versions, never contents."""

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        *,
        base: Base,
        alert: Callable[[FhirError], None] | None = None,
    ) -> None:
        self._inner = inner
        self._base = base
        self._alert = alert

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; the parsed JSON goes up in the response's extensions, so it is parsed once."""
        at, started = datetime.now(UTC), time.monotonic()
        try:
            response = self._inner.handle_request(request)
        except FhirError as error:
            self._note(request, at, started, None, error)
            raise
        except Exception:
            # A fault of ours: the request may have left all the same, and the trail must know.
            self._note(request, at, started, None, FhirError())
            raise
        meaning = self._parse(response, Asked.of(request))
        self._note(request, at, started, response, meaning)
        if isinstance(meaning, UnreadableResponse) and response.is_success:
            raise meaning
        return response

    @staticmethod
    def _parse(response: httpx2.Response, asked: Asked) -> FhirError | None:
        """Put the parsed JSON beside the response; return what its answer means."""
        parsed, unreadable = None, None
        try:
            # What came in a batch was parsed with it.
            known = PARSED in response.extensions
            parsed = response.extensions[PARSED] if known else parse_json(response.content)
        except UnreadableResponse as broken:
            unreadable = broken
        response.extensions[PARSED] = parsed
        error = error_for(response.status_code, parsed)
        if error is None and unreadable is not None and not asked.any_content:
            unreadable.status = response.status_code
            return unreadable
        return error

    def _note(
        self,
        request: httpx2.Request,
        at: datetime,
        started: float,
        response: httpx2.Response | None,
        error: FhirError | None,
    ) -> None:
        asked = Asked.of(request)
        path = self._base.template(request.url)
        # One record that is gone or merged is everyday; a kind of resource the EHR does not know
        # is not.
        gone = isinstance(error, NotFound) and "{" in path
        everyday = error is None or gone or isinstance(error, RecordMerged)
        if error is not None and not everyday and self._alert is not None:
            self._alert(error)
        self._count(asked, response, error)
        if isinstance(error, EhrPaused) and not asked.attempts:
            return  # nothing was sent: the pause itself is told once, where it begins
        parsed = response.extensions[PARSED] if response is not None and error is None else None
        returned = tuple(_returned(parsed))
        event = FhirRequested(
            method=request.method,
            path=path,
            parameters=_parameter_names(request.url),
            asked_at=at.isoformat(timespec="milliseconds"),
            duration_ms=round((time.monotonic() - started) * 1000),
            status=response.status_code if response is not None else None,
            attempts=asked.attempts,
            cache=asked.cache.value,
            resource_type=str(parsed.get("resourceType", "")) if isinstance(parsed, dict) else "",
            count=len(returned),
            query=self._base.below(request.url),
            returned=returned,
            outcome=_outcome(error),
            code=error.code if error is not None else "",
        )
        asked.events.add(event)
        # The trail is what counts, and is written before the data are shown; the log can wait.
        keeper.keep(contextvars.copy_context().run, _tell, event)

    def _count(
        self, asked: Asked, response: httpx2.Response | None, error: FhirError | None
    ) -> None:
        status = counts.status_class(response.status_code if response is not None else None)
        answered_by = asked.cache.value or ("ehr" if response is not None else "nobody")
        counts.REQUESTS.labels(self._base.url, _outcome(error).value, status, answered_by).inc()


def _tell(event: FhirRequested) -> None:
    logger.info("fhir request", extra=event.model_dump(mode="json", exclude=_UNLOGGED))


def _outcome(error: FhirError | None) -> Outcome:
    if error is None:
        return Outcome.SUCCESS
    refused = isinstance(error, AccessDenied | BackendRefused | ForeignAddress | SessionLost)
    return Outcome.REFUSED if refused else Outcome.FAILED


def _parameter_names(url: httpx2.URL) -> tuple[str, ...]:
    # Only names of the shape FHIR gives them: an opaque next link may carry anything.
    names = (
        name for name, _ in parse_qsl(url.query.decode("ascii", "replace"), keep_blank_values=True)
    )
    return tuple(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))


def _returned(parsed: Any) -> Iterator[str]:
    if not isinstance(parsed, dict):
        return
    if parsed.get("resourceType") != "Bundle":
        yield from _named(parsed)
        return
    entries = parsed.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield from _named(resource)


def _named(resource: dict[str, Any]) -> Iterator[str]:
    kind, resource_id = resource.get("resourceType"), resource.get("id")
    if is_type(kind) and is_id(resource_id) and kind != "OperationOutcome":
        yield f"{kind}/{resource_id}@{version_of(resource)}"
