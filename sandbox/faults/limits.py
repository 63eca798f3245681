"""So many requests a second for each token, as an EHR enforces it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from sandbox.faults.calls import Call

_REMEMBERED = 10000
# What no token pays for: asking for tokens and keys, and reading what the server can do.
_FREE = frozenset({"token", "jwks", "discovery", "metadata"})


class Limits:
    """A bucket for each token: ``per_second`` flow in, at most ``burst`` are held.

    Spread evenly, ``per_second`` requests are always let through, however the network bunches
    them; more are refused.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rates: dict[str, tuple[float, float]] = {}
        self._held: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def set(self, personality: str, per_second: float, burst: float | None = None) -> None:
        """Allow each token of a personality so many requests a second; 0 allows any number."""
        with self._lock:
            self._held.clear()
            if per_second > 0:
                self._rates[personality] = (per_second, burst or per_second)
            else:
                self._rates.pop(personality, None)

    def described(self) -> dict[str, dict[str, float]]:
        """Return the limits in force by personality."""
        with self._lock:
            return {
                key: {"per_second": rate, "burst": burst}
                for key, (rate, burst) in self._rates.items()
            }

    def wait(self, call: Call) -> float:
        """Return 0 and count the call, or the seconds after which it would be let through."""
        with self._lock:
            rate = self._rates.get(call.personality.key)
            if rate is None or call.kind in _FREE:
                return 0.0
            return self._taken((call.personality.key, call.token), *rate)

    def _taken(self, key: tuple[str, str], per_second: float, burst: float) -> float:
        now = self._now()
        held, since = self._held.pop(key, (burst, now))
        held = min(burst, held + (now - since) * per_second)
        wait = 0.0 if held >= 1 else (1 - held) / per_second
        self._held[key] = (held if wait else held - 1, now)
        while len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)
        return wait


limits = Limits()
