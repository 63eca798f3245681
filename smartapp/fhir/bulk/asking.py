"""Requests of a bulk export: small ones read whole, files as streams. Each is told to the trail."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx2
from django.db import transaction
from django.db.models import F

from audit import context
from audit.events.base import Event, Outcome
from audit.events.fhir import BulkRequested
from audit.recorder import record_all
from smartapp.fhir.addresses import Base
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.bulk.places import Places, Way
from smartapp.fhir.bulk.streams import Streaming
from smartapp.fhir.errors import AccessDenied, FhirError, ForeignAddress, SessionLost
from smartapp.fhir.outcomes import error_for, retry_after
from smartapp.fhir.payloads import json_or_none
from smartapp.fhir.transport import breaker, stack, wire
from smartapp.fhir.transport.asked import Asked, Use
from smartapp.fhir.transport.auth import Auth
from smartapp.fhir.transport.breaker import Breaker
from smartapp.fhir.transport.guard import Guard
from smartapp.fhir.transport.rate_limit import RateLimit
from smartapp.fhir.vendors import profile_of
from smartapp.models import BulkExport

_SECONDS = 60.0
# The longest that a file's next bytes are waited for.
_SILENCE_SECONDS = 30.0
_A_DAY = 24 * 60 * 60.0
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class BulkAsker:
    """Asks one EHR on behalf of one export, at the night's pace, with the backend's token."""

    def __init__(self, export: BulkExport) -> None:
        ehr = export.ehr
        profile, base = profile_of(ehr), Base(ehr.issuer.rstrip("/"))
        self.places = Places(base)
        self.ways = profile.bulk
        self.wait = 0.0  # seconds the EHR asked for with its last refusal
        self._export = export
        self._base = base
        self._accept = profile.accept
        self._bearer = BackendBearer(ehr)
        self._bucket = stack.bucket_for(base, profile.rate, holder="backend", use=Use.NIGHT)

    def ask(self, step: str, link: str, *, method: str = "GET", **headers: str) -> httpx2.Response:
        """Send a small request and return its answer whole; raise FhirError of a refusal."""
        way = self.places.control(link)
        request = httpx2.Request(method, way.url, headers={"Accept": self._accept, **headers})
        guarded = Guard(self._wire(way), base=self.places.origin)
        return self._send(step, request, way, self._own(guarded, way))

    @contextmanager
    def open(
        self, link: str, kind: str, *, requires_token: bool, **headers: str
    ) -> Iterator[httpx2.Response]:
        """Open a file as a stream; raise FhirError.

        A redirect is followed without the token. Each request is in the trail before a byte of
        its answer is read.
        """
        way = self.places.file(link, requires_token=requires_token)
        accept = {"Accept": "application/fhir+ndjson", "Accept-Encoding": "identity", **headers}
        for _ in range(_MOST_REDIRECTS + 1):
            request = httpx2.Request("GET", way.url, headers=accept)
            transport = self._own(Streaming(self._wire(way)), way)
            response = self._send("file", request, way, transport, kind=kind)
            if response.status_code not in _REDIRECTS:
                with closing(response):
                    yield response
                return
            way = self.places.redirect(way, response.headers.get("Location", ""))
        raise ForeignAddress

    def _own(self, inner: httpx2.BaseTransport, way: Way) -> httpx2.BaseTransport:
        """Put on what the EHR's own server calls for: its pace, its pauses, perhaps the token."""
        if not way.own:
            return inner
        paced = RateLimit(
            Breaker(inner, pauses=breaker.shared(self._base.url)),
            bucket=self._bucket,
            # One export a client is all that most allow: its 429 is not about other reading.
            holds=False,
        )
        return Auth(paced, bearer=self._bearer) if way.with_token else paced

    def _wire(self, way: Way) -> httpx2.BaseTransport:
        return _Counting(wire.shared(self._base.url if way.own else way.server))

    def _send(
        self,
        step: str,
        request: httpx2.Request,
        way: Way,
        transport: httpx2.BaseTransport,
        *,
        kind: str = "",
    ) -> httpx2.Response:
        seconds = _SECONDS if step != "file" else _A_DAY
        telling, error = _Telling(seconds), None
        response: httpx2.Response | None = None
        try:
            response = transport.handle_request(telling.asked.attach(request))
            error = self._refusal(response)
        except FhirError as refused:
            error = refused
        event = BulkRequested(
            export_id=str(self._export.pk),
            step=step,
            method=request.method,
            resource_type=kind,
            status=response.status_code if response is not None else None,
            duration_ms=telling.milliseconds,
            own_server=way.own,
            with_token=way.with_token,
            address=str(way.url),
            outcome=_outcome(error),
            code=error.code if error is not None else "",
        )
        try:
            self._tell([*telling.events, event], requests=telling.asked.attempts)
        except BaseException:
            if response is not None:
                response.close()
            raise
        if error is not None or response is None:
            raise error or FhirError
        return response

    def _refusal(self, response: httpx2.Response) -> FhirError | None:
        self.wait = 0.0
        if response.is_success or response.status_code in _REDIRECTS:
            return None
        self.wait = retry_after(response.headers.get("Retry-After", ""))
        return error_for(response.status_code, json_or_none(response.content))

    def _tell(self, events: list[Event], *, requests: int) -> None:
        counted = BulkExport.objects.filter(pk=self._export.pk)
        with transaction.atomic(), context.bind(ehr=self._export.ehr.slug):
            counted.update(requests=F("requests") + requests)
            record_all(events)


class _Counting(httpx2.BaseTransport):
    """Counts each time that a request leaves: with a token it may leave twice."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Count, and send."""
        Asked.of(request).attempts += 1
        return self._inner.handle_request(request)


class _Telling:
    """One request's time, and what its wrappers add to the trail."""

    def __init__(self, seconds: float) -> None:
        self._started = time.monotonic()
        self.events: list[Event] = []
        self.asked = Asked(
            deadline=self._started + seconds,
            events=self,
            any_content=True,
            attempt_seconds=_SILENCE_SECONDS,
        )

    @property
    def milliseconds(self) -> int:
        """How long it took until now."""
        return round((time.monotonic() - self._started) * 1000)

    def add(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)


def _outcome(error: FhirError | None) -> Outcome:
    if error is None:
        return Outcome.SUCCESS
    refused = isinstance(error, AccessDenied | ForeignAddress | SessionLost)
    return Outcome.REFUSED if refused else Outcome.FAILED
