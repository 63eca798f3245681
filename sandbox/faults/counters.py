"""What was asked of the hospital: by kind, by status, by token, so that a test can look."""

import threading
import time
from collections import Counter, deque
from typing import Any

from sandbox.faults.calls import Call


class Counters:
    """Counts since the last clearing. Tokens go by a digest, and no path is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._kinds: Counter[tuple[str, str, str]] = Counter()
        self._statuses: Counter[tuple[str, int]] = Counter()
        self._tokens: dict[tuple[str, str], Counter[str]] = {}
        self._recent: dict[tuple[str, str], deque[float]] = {}
        self._peaks: Counter[tuple[str, str]] = Counter()
        self._now = 0
        self._together = 0

    def clear(self) -> None:
        """Begin to count anew."""
        with self._lock:
            open_now = self._now
            self._clear()
            self._now = open_now

    def began(self, call: Call) -> None:
        """Count a call that has come in."""
        key = (call.personality.key, call.token)
        with self._lock:
            self._now += 1
            self._together = max(self._together, self._now)
            self._kinds[call.personality.key, call.kind, call.type] += 1
            if call.token:
                self._tokens.setdefault(key, Counter())[call.kind] += 1
                self._count_second(key)

    def _count_second(self, key: tuple[str, str]) -> None:
        now = time.monotonic()
        recent = self._recent.setdefault(key, deque())
        recent.append(now)
        while recent[0] < now - 1:
            recent.popleft()
        self._peaks[key] = max(self._peaks[key], len(recent))

    def ended(self, call: Call, status: int) -> None:
        """Count how it was answered; 0 when it was not."""
        with self._lock:
            self._now -= 1
            self._statuses[call.personality.key, status] += 1

    def described(self) -> dict[str, Any]:
        """Return everything counted, as the control address shows it.

        ``peak`` is the most requests of one token within any one second; ``together`` the most
        calls that were open at once.
        """
        with self._lock:
            kinds: dict[str, Counter[str]] = {}
            types: dict[str, Counter[str]] = {}
            for (personality, kind, type_), number in self._kinds.items():
                kinds.setdefault(personality, Counter())[kind] += number
                if type_:
                    types.setdefault(personality, Counter())[f"{kind} {type_}"] += number
            statuses: dict[str, dict[str, int]] = {}
            for (personality, status), number in self._statuses.items():
                statuses.setdefault(personality, {})[str(status)] = number
            tokens = [
                {
                    "personality": key[0],
                    "token": key[1],
                    "requests": counted.total(),
                    "kinds": dict(counted),
                    "peak": self._peaks[key],
                }
                for key, counted in self._tokens.items()
            ]
            return {
                "kinds": {key: dict(value) for key, value in kinds.items()},
                "types": {key: dict(value) for key, value in types.items()},
                "statuses": statuses,
                "tokens": tokens,
                "together": self._together,
            }


counters = Counters()
