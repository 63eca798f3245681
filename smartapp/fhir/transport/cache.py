"""Answers kept for a while, sealed, and one fetch for many askers.

An answer is handed on at once and kept behind the asker's back: sealing and writing a few hundred
results takes longer than showing them. Until it is kept, this process gives it from memory.

The key covers issuer, launch (one clinician) and patient, so no answer can cross from one to
another. It is a keyed hash, for file names and Redis keys are no place for an address with a
patient's id in it.
"""

import json
import logging
import time
import zlib
from dataclasses import dataclass
from typing import Literal

import httpx2

from encryption import SealBroken, blind_index, open_sealed, seal
from smartapp.fhir.errors import EhrUnavailable, FhirError, SessionLost
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.payloads import parse_json
from smartapp.fhir.transport import keeper, shelves
from smartapp.fhir.transport.asked import PARSED, Asked, CacheUse
from smartapp.fhir.transport.under_way import Fetch, UnderWay

MAX_KEPT_BYTES = 4 * 1024 * 1024
_KEPT_HEADERS = ("content-type", "etag", "x-security-context")
# How much longer than it may be served an answer is held, to ask the EHR whether it still holds.
_HELD_SECONDS = 30 * 60

logger = logging.getLogger(__name__)
# Of which answers that have run out an EHR is asked whether they still hold.
Revalidate = Literal["no", "reads", "all"]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer that was kept: asked for when, served unasked until when (wall clock, seconds)."""

    response: httpx2.Response
    until: float
    asked_at: float


class Cache(httpx2.BaseTransport):
    """Serves GETs from the cache, joins a fetch under way, or fetches and keeps.

    ``scope`` is ``issuer|launch|patient``, ``launch`` what all is forgotten by. An answer is kept
    for as long as its asker says, else for ``seconds``; where that is 0 nothing is kept, but
    fetches are joined all the same. What was asked for before ``not_before`` (wall clock, seconds)
    is asked for anew. ``revalidate`` says of what has run out the EHR is asked by its ETag: of
    ``reads``, of searches too (``all``), or of nothing.
    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        *,
        scope: str,
        seconds: int,
        launch: str = "",
        not_before: float = 0.0,
        revalidate: Revalidate = "reads",
    ) -> None:
        self._inner = inner
        self._scope = scope
        self._seconds = seconds
        self._not_before = not_before
        self._revalidate = revalidate
        self._shelf = _shelf_of(launch or scope)
        self._shelves = shelves.shared()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from the nearest place."""
        if request.method != "GET":
            return self._inner.handle_request(request)
        asked, key = Asked.of(request), self._key(request)
        kept = self._kept(key) if self._seconds_for(asked) and not asked.fresh else None
        if kept is not None and kept.until > time.time() and kept.asked_at >= self._not_before:
            asked.cache = CacheUse.HIT
            return kept.response
        return self._fetch(key, request, kept)

    def _key(self, request: httpx2.Request) -> str:
        accept = request.headers.get("Accept", "")
        return blind_index("fhir-cache", f"{self._scope}|{accept}|{request.url}")

    def _seconds_for(self, asked: Asked) -> int:
        if not self._seconds or asked.keep_seconds is None:
            return self._seconds
        return asked.keep_seconds

    def _fetch(self, key: str, request: httpx2.Request, kept: _Kept | None) -> httpx2.Response:
        asked = Asked.of(request)
        # Who insists on a fresh answer does not join a fetch that others began before.
        place = f"fresh-{key}" if asked.fresh else f"{self._not_before}-{key}"
        mine, fetch = _under_way.join(place, asked.deadline)
        while not mine:
            if (answer := self._joined(fetch, asked)) is not None:
                return answer
            mine, fetch = _under_way.join(place, asked.deadline)
        asked_at = time.time()
        try:
            response = self._ask(request, kept)
        except BaseException as error:
            _under_way.finish(place).set_exception(error)
            if isinstance(error, SessionLost):
                _cleared(self._shelf)
            raise
        seconds = self._seconds_for(asked)
        if seconds and _is_worth_keeping(response):
            fetch.answer.set_result(response)
            asked_about = self._may_ask_about(request) and "etag" in response.headers
            held = seconds + (_HELD_SECONDS if asked_about else 0)
            times = asked_at, seconds, held
            if asked.fresh:
                # At once: whoever asks next must find neither what was kept before, nor, where it
                # insists as well, this one.
                self._keep(key, place, response, times)
            else:
                keeper.keep(self._keep, key, place, response, times)
        else:
            _under_way.finish(place).set_result(response)
        return response

    def _ask(self, request: httpx2.Request, kept: _Kept | None) -> httpx2.Response:
        """Ask the EHR, or whether what we have still holds where it gave it an ETag."""
        etag = kept.response.headers.get("etag", "") if kept is not None else ""
        if kept is None or not etag or not self._may_ask_about(request):
            return self._inner.handle_request(request)
        request.headers["If-None-Match"] = etag
        response = self._inner.handle_request(request)
        if response.status_code != 304:
            return response
        Asked.of(request).cache = CacheUse.REVALIDATED
        return kept.response

    def _may_ask_about(self, request: httpx2.Request) -> bool:
        """Whether the EHR's ETag is believed: of a search's it is not known what it covers."""
        return self._revalidate == "all" or (self._revalidate == "reads" and not request.url.query)

    @staticmethod
    def _joined(fetch: Fetch, asked: Asked) -> httpx2.Response | None:
        """Return another's answer; None where that one's time ran out and ours goes on."""
        asked.cache = CacheUse.SHARED
        try:
            return _copy(fetch.answer.result(timeout=asked.remaining()))
        except TimeoutError:
            raise EhrUnavailable from None
        except EhrUnavailable:
            if asked.clock() < fetch.deadline or asked.clock() >= asked.deadline:
                raise
            asked.cache = CacheUse.NONE
            return None

    def _kept(self, key: str) -> _Kept | None:
        try:
            sealed = self._shelves.get(self._shelf, key)
        except Exception as error:  # a store that is down costs time, never the reading
            _told(error)
            return None
        if sealed is None:
            return None
        try:
            plain = zlib.decompress(open_sealed(sealed, context=key))
        except (SealBroken, zlib.error):
            return None  # sealed under a key that is gone, or in another way: fetch anew
        head, body = plain.split(b"\n", 1)
        about = json.loads(head)
        answer = httpx2.Response(200, headers=about["headers"], content=body)
        return _Kept(answer, about["until"], about.get("asked_at", 0.0))

    def _keep(
        self, key: str, place: str, response: httpx2.Response, times: tuple[float, int, int]
    ) -> None:
        asked_at, seconds, held = times
        try:
            known = self._kept(key)
            if known is not None and known.asked_at > asked_at:
                return  # one that was asked for later has come and been kept before
            headers = {n: response.headers[n] for n in _KEPT_HEADERS if n in response.headers}
            until = time.time() + seconds
            about = {"headers": headers, "until": until, "asked_at": asked_at}
            plain = json.dumps(about).encode() + b"\n" + response.content
            # Once sealed it cannot be made smaller, and FHIR's JSON shrinks to a tenth.
            sealed = seal(zlib.compress(plain, level=1), context=key)
            self._shelves.put(self._shelf, key, sealed, seconds=held)
        except Exception as error:
            _told(error)
        finally:
            _under_way.finish(place)


def forget(launch_id: str) -> None:
    """Throw away all that was kept of a launch that has ended; never fails.

    What is on its way into the cache at this moment is thrown away as well.
    """
    _cleared(_shelf_of(launch_id))


def _shelf_of(launch: str) -> str:
    return blind_index("fhir-shelf", launch)


def _cleared(shelf: str) -> None:
    try:
        shelves.shared().clear(shelf)
    except Exception as error:  # what stands there is sealed, and runs out
        _told(error)


def _is_worth_keeping(response: httpx2.Response) -> bool:
    """Whether to serve an answer again: half a JSON is asked for anew. What is JSON is parsed."""
    if response.status_code != 200 or len(response.content) > MAX_KEPT_BYTES:
        return False
    if "json" not in response.headers.get("content-type", "application/json").lower():
        return True
    try:
        parsed = response.extensions[PARSED] = parse_json(response.content)
        return error_for(response.status_code, parsed) is None
    except FhirError:
        return False


def _told(error: Exception) -> None:
    logger.warning("cache unavailable", extra={"kind": type(error).__name__})


def _copy(response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(response.status_code, headers=response.headers, content=response.content)


_under_way = UnderWay()
