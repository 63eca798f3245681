"""How each fault is switched on here: its parameters, and how long a reading may take.

Faults that pass by themselves are met by another try; they last for the whole cell here, so that
what is told at the end of all tries stands in the table.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings

from smartapp.fhir.transport import pacing, retry

_WAITS = retry.delays

# Seconds that a reading may take: long, where nothing has to be waited for.
PATIENT, TRYING, CUT = 10.0, 0.9, 0.8
# Seconds after which what does not come from a server of another kind is given up.
UNANSWERED = 1.5

WAITED_FOR = {"hang": CUT, "latency": CUT, "drip": CUT}
# Those that say when to come back (in half a minute) are told at once.
WAITED_FOR |= dict.fromkeys(
    ["throttled-silently", "server-error", "bad-gateway", "disconnect"], TRYING
)


def parameters(fault: str, decoy_url: str, kinds: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what the fault is told. A file may drip for a day, so it drips by the kilobyte."""
    if fault == "drip" and "file" in kinds:
        return {"size": 8192, "ms": 20}
    told: dict[str, dict[str, Any]] = {
        "latency": {"ms": 20_000},
        "drip": {"size": 1, "ms": 20},
        "throttled": {"retry_after": 30},
        "unavailable": {"retry_after": 30},
        "oversize": {"megabytes": 12},
        "gzip-bomb": {"megabytes": 20},
        "redirect-abroad": {"to": decoy_url},
        "next-abroad": {"to": f"{decoy_url}/fhir"},
        "wrong-content-type": {"type": "text/csv"},
        "trimmed-scopes": {"drop": "Observation"},
        "suppressed": {"withhold": 1},
    }
    return told.get(fault, {})


def delays() -> Iterator[float]:
    """Yield a short first wait, so that one more try fits into a cell, and then the true ones.

    These are longer than what is left, so what waits for its turn still has half a second for it.
    """
    yield 0.4
    waits = _WAITS()
    next(waits)
    yield from waits


def forget_holds() -> None:
    """Let the next cell ask at once, though the one before was told to wait half a minute."""
    pacing.close_all()
    shutil.rmtree(settings.DATA_DIR / "pace", ignore_errors=True)
    if settings.REDIS_URL:
        store = redis.Redis.from_url(settings.REDIS_URL)
        for key in store.scan_iter("fhir-pace-*"):
            store.delete(key)
        store.close()
