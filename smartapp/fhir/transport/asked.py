"""What travels beside a request, down the stack and up again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import httpx2

from audit.events.base import Event
from smartapp.fhir.errors import EhrUnavailable

_KEY = "countersign.asked"
# Where an answer's parsed JSON stands in its extensions, so that it is parsed once.
PARSED = "countersign.parsed"


class Use(StrEnum):
    """What a request is for. A clinician waits for the panel; nobody waits for the night."""

    PANEL = "panel"
    NIGHT = "night"


class CacheUse(StrEnum):
    """Where an answer came from."""

    NONE = ""  # the EHR
    HIT = "hit"
    SHARED = "shared"  # another asker's request, under way or just answered
    EXPORT = "export"  # an export of a whole group
    REVALIDATED = "revalidated"  # kept, and the EHR says that it still holds


class Collector(Protocol):
    """Takes the events of a reading, to be written before its data are handed out."""

    def add(self, event: Event) -> None:
        """Keep an event."""


@dataclass(slots=True)
class Asked:
    """One request's circumstances, and what the wrappers noted about it.

    ``deadline`` is in ``clock`` seconds, and ``attempt_seconds`` the most that one try may take.
    ``any_content`` allows what is not JSON (Binary). ``keep_seconds`` is how long the answer may
    be served again (``None``: as long as the launch's cache says), and ``fresh`` asks the EHR
    whatever is kept. ``only_reads``: a POST that changes nothing, and may be repeated. ``places``:
    as how many requests the EHR counts it. ``leaves`` is called as each try goes to the wire.
    """

    deadline: float
    events: Collector
    any_content: bool = False
    keep_seconds: int | None = None
    fresh: bool = False
    only_reads: bool = False
    places: int = 1
    attempt_seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    leaves: Callable[[], object] = lambda: None
    attempts: int = 0
    cache: CacheUse = CacheUse.NONE

    @staticmethod
    def of(request: httpx2.Request) -> "Asked":
        """Return what :meth:`attach` put there."""
        asked: Asked = request.extensions[_KEY]
        return asked

    def attach(self, request: httpx2.Request) -> httpx2.Request:
        """Put these circumstances beside ``request``."""
        request.extensions[_KEY] = self
        return request

    def remaining(self) -> float:
        """Seconds left; raise EhrUnavailable where none are."""
        left = self.deadline - self.clock()
        if left <= 0:
            raise EhrUnavailable
        return left
