"""Fetches under way in this process, so that many askers wait for one answer."""

import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

import httpx2


@dataclass(frozen=True, slots=True)
class Fetch:
    """A fetch of somebody's who waits until ``deadline`` (monotonic clock, seconds)."""

    deadline: float
    answer: "Future[httpx2.Response]" = field(default_factory=Future)


class UnderWay:
    """Fetches of this process that are under way, or answered and not kept yet, by key."""

    def __init__(self) -> None:
        self._fetches: dict[tuple[int, str], Fetch] = {}
        self._lock = threading.Lock()

    def join(self, key: str, deadline: float) -> tuple[bool, Fetch]:
        """Return whether the fetch is the caller's to make, and the fetch."""
        place = (os.getpid(), key)
        with self._lock:
            mine = place not in self._fetches
            return mine, self._fetches.setdefault(place, Fetch(deadline))

    def finish(self, key: str) -> "Future[httpx2.Response]":
        """Take the fetch off the list; return its answer, to be set."""
        with self._lock:
            return self._fetches.pop((os.getpid(), key)).answer
