"""The wire: one pool of kept-alive connections per EHR and process, with timeouts on each wait."""

import atexit
import os
import threading

import httpx2

from smartapp.fhir.transport.asked import Asked

_CONNECT_SECONDS = 3.0
_LIMITS = httpx2.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=30.0)


class Wire(httpx2.BaseTransport):
    """Gives every request the time that is left to it, or to one try."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; raise httpx2's own transport errors."""
        asked = Asked.of(request)
        left = min(asked.remaining(), asked.attempt_seconds)
        request.extensions["timeout"] = {
            "connect": min(left, _CONNECT_SECONDS),
            "read": left,
            "write": left,
            "pool": left,
        }
        asked.leaves()
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


_wires: dict[tuple[int, str], Wire] = {}
_lock = threading.Lock()


def shared(issuer: str) -> Wire:
    """Return this process's wire to an EHR. Forked workers open their own."""
    key = (os.getpid(), issuer)
    with _lock:
        if key not in _wires:
            _wires[key] = Wire(httpx2.HTTPTransport(limits=_LIMITS))
        return _wires[key]


def close_all() -> None:
    """Close this process's connections; the next request opens them anew."""
    with _lock:
        for key in [key for key in _wires if key[0] == os.getpid()]:
            _wires.pop(key).close()


atexit.register(close_all)
