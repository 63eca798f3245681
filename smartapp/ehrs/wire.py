"""The wire of the launch: one connection pool, and a transport that pins the EHR's hosts.

Secrets, codes and tokens travel here. A pinned transport stops a request to any host its EHR did
not declare before it leaves, and reads no more of an answer, and for no longer, than a token answer
can need.
"""

import atexit
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache

import httpx2

from smartapp.ehrs.addresses import is_safe, origin
from smartapp.ehrs.errors import EhrAnswerUnreadable, EhrUnreachable, ForeignHost

TIMEOUT = httpx2.Timeout(10.0)
MAX_BYTES = 1_000_000


@lru_cache(maxsize=1)
def _pool(process: int) -> httpx2.HTTPTransport:
    """Return this process's connections: a forked worker must not share its parent's sockets."""
    pool = httpx2.HTTPTransport(
        limits=httpx2.Limits(max_connections=50, max_keepalive_connections=10)
    )
    atexit.register(pool.close)
    return pool


class PinnedTransport(httpx2.BaseTransport):
    """Sends to the given origins only; returns answers of at most ``MAX_BYTES``."""

    def __init__(self, addresses: Collection[str]) -> None:
        self._origins = {origin(address) for address in addresses}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, or raise :class:`ForeignHost` before anything has left."""
        url = str(request.url)
        if not is_safe(url) or origin(url) not in self._origins:
            raise ForeignHost("The address is not one this EHR declared.")
        # A compressed answer could grow a thousandfold after it was measured.
        request.headers["Accept-Encoding"] = "identity"
        until = time.monotonic() + _seconds(request)
        answer = _pool(os.getpid()).handle_request(request)
        try:
            # Whatever its body says: to a library of OAuth it would be a refusal for good.
            if answer.status_code == 429:
                raise EhrUnreachable("The EHR asked us to wait.")
            body = _limited(answer, until)
        finally:
            answer.close()
        return httpx2.Response(answer.status_code, headers=_plain(answer.headers), content=body)


def _seconds(request: httpx2.Request) -> float:
    """Return how long the whole answer may take: as long as each wait for a piece of it."""
    waits = request.extensions.get("timeout", {})
    return float(waits.get("read") or TIMEOUT.read or 0.0)


def _limited(answer: httpx2.Response, until: float) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise EhrAnswerUnreadable("The answer is compressed, which was not asked for.")
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_raw():
        size += len(part)
        if size > MAX_BYTES:
            raise EhrAnswerUnreadable("The answer is too large.")
        # A server that drips a byte now and then never trips a timeout.
        if time.monotonic() >= until:
            raise EhrUnreachable("The EHR did not finish its answer in time.")
        parts.append(part)
    return b"".join(parts)


def _plain(headers: httpx2.Headers) -> list[tuple[str, str]]:
    """Drop what described the transfer and not the content."""
    dropped = {"content-length", "transfer-encoding", "content-encoding"}
    return [(name, value) for name, value in headers.multi_items() if name.lower() not in dropped]


@contextmanager
def reaching() -> Iterator[None]:
    """Turn every failure of the network into :class:`EhrUnreachable`."""
    try:
        yield
    except httpx2.HTTPStatusError as error:
        raise EhrUnreachable(f"The EHR answered {error.response.status_code}.") from None
    except (httpx2.TransportError, httpx2.InvalidURL):
        raise EhrUnreachable("The EHR could not be reached.") from None


def get_json(url: str, *, pinned: Collection[str], client_id: str = "") -> object:
    """GET a public JSON document; no redirect is followed.

    ``client_id`` says as whom: Epic may have other endpoints for each client, and asks for this.

    Raises :class:`EhrUnreachable`, :class:`EhrAnswerUnreadable` or :class:`ForeignHost`.
    """
    transport = PinnedTransport(pinned)
    headers = {"Accept": "application/json"} | ({"Epic-Client-ID": client_id} if client_id else {})
    with reaching(), httpx2.Client(transport=transport, timeout=TIMEOUT) as client:
        answer = client.get(url, headers=headers)
    if answer.status_code >= 500:
        raise EhrUnreachable(f"The EHR answered {answer.status_code}.")
    if answer.status_code != 200:
        raise EhrAnswerUnreadable(f"The EHR answered {answer.status_code}.")
    try:
        return answer.json()
    except (ValueError, RecursionError):
        raise EhrAnswerUnreadable("The answer is not JSON.") from None
