"""Answers kept for a while, sealed, and one fetch for many askers.

An answer is handed on at once and kept behind the asker's back: sealing and writing a few hundred
results takes longer than showing them. Until it is kept, this process gives it from memory.

The key covers issuer, launch (one clinician) and patient, so no answer can cross from one to
another. It is a keyed hash, for file names and Redis keys are no place for an address with a
patient's id in it.
"""

import json
import logging
import os
import threading
import zlib
from concurrent.futures import Future, ThreadPoolExecutor

import httpx2
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

from encryption import SealBroken, blind_index, open_sealed, seal
from smartapp.fhir.errors import EhrUnavailable
from smartapp.fhir.transport.asked import Asked, CacheUse

MAX_KEPT_BYTES = 4 * 1024 * 1024
_KEPT_HEADERS = ("content-type",)

logger = logging.getLogger(__name__)


class Cache(httpx2.BaseTransport):
    """Serves GETs from the cache, joins a fetch under way, or fetches and keeps.

    ``scope`` is ``issuer|launch|patient``; ``seconds`` 0 keeps nothing but still joins fetches.
    """

    def __init__(self, inner: httpx2.BaseTransport, *, scope: str, seconds: int) -> None:
        self._inner = inner
        self._scope = scope
        self._seconds = seconds
        # Django would make a new one in each thread; both of ours may be shared.
        self._store: BaseCache = caches["default"]

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from the nearest place."""
        if request.method != "GET":
            return self._inner.handle_request(request)
        key = self._key(request)
        kept = self._kept(key)
        if kept is not None:
            Asked.of(request).cache = CacheUse.HIT
            return kept
        return self._fetch(key, request)

    def _key(self, request: httpx2.Request) -> str:
        accept = request.headers.get("Accept", "")
        return "fhir-" + blind_index("fhir-cache", f"{self._scope}|{accept}|{request.url}")

    def _fetch(self, key: str, request: httpx2.Request) -> httpx2.Response:
        mine, future = _under_way.join(key)
        if not mine:
            return self._joined(future, Asked.of(request))
        try:
            response = self._inner.handle_request(request)
        except BaseException as error:
            _under_way.finish(key).set_exception(error)
            raise
        if self._is_worth_keeping(response):
            future.set_result(response)
            keeping().submit(self._keep, key, response)
        else:
            _under_way.finish(key).set_result(response)
        return response

    @staticmethod
    def _joined(future: "Future[httpx2.Response]", asked: Asked) -> httpx2.Response:
        asked.cache = CacheUse.SHARED
        try:
            return _copy(future.result(timeout=asked.remaining()))
        except TimeoutError:
            raise EhrUnavailable from None

    def _kept(self, key: str) -> httpx2.Response | None:
        if not self._seconds:
            return None
        try:
            sealed = self._store.get(key)
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
        return httpx2.Response(200, headers=json.loads(head), content=body)

    def _is_worth_keeping(self, response: httpx2.Response) -> bool:
        fits = len(response.content) <= MAX_KEPT_BYTES
        return bool(self._seconds) and response.status_code == 200 and fits

    def _keep(self, key: str, response: httpx2.Response) -> None:
        headers = {n: response.headers[n] for n in _KEPT_HEADERS if n in response.headers}
        plain = json.dumps(headers).encode() + b"\n" + response.content
        try:
            # Once sealed it cannot be made smaller, and FHIR's JSON shrinks to a tenth.
            sealed = seal(zlib.compress(plain, level=1), context=key)
            self._store.set(key, sealed, timeout=self._seconds)
        except Exception as error:
            _told(error)
        finally:
            _under_way.finish(key)


def _told(error: Exception) -> None:
    logger.warning("cache unavailable", extra={"kind": type(error).__name__})


def _copy(response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(response.status_code, headers=response.headers, content=response.content)


class _UnderWay:
    """Fetches of this process that are under way, or answered and not kept yet, by key."""

    def __init__(self) -> None:
        self._futures: dict[tuple[int, str], Future[httpx2.Response]] = {}
        self._lock = threading.Lock()

    def join(self, key: str) -> tuple[bool, "Future[httpx2.Response]"]:
        """Return whether the fetch is the caller's to make, and its future."""
        place = (os.getpid(), key)
        with self._lock:
            mine = place not in self._futures
            return mine, self._futures.setdefault(place, Future())

    def finish(self, key: str) -> "Future[httpx2.Response]":
        """Take the fetch off the list."""
        with self._lock:
            return self._futures.pop((os.getpid(), key))


_under_way = _UnderWay()
_keepers: dict[int, ThreadPoolExecutor] = {}
_lock = threading.Lock()


def keeping() -> ThreadPoolExecutor:
    """Return the one thread of this process that seals and stores; a forked worker has its own."""
    with _lock:
        return _keepers.setdefault(os.getpid(), ThreadPoolExecutor(1, thread_name_prefix="cache"))
