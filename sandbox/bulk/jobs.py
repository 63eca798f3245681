"""Exports in progress and done: what was asked, by whom, since when."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox import settings
from sandbox.fhir.search.match import Test
from sandbox.fhir.search.param import Param
from sandbox.fhir.store import Entry

Conditions = list[tuple[Param, Test]]

_KEPT = 200
# Patients of one file, so that a large export comes in several.
PATIENTS_A_FILE = 1000


@dataclass(frozen=True)
class Wish:
    """What to export: types, since when, and by type the filters of which one must match."""

    group: str
    types: tuple[str, ...]
    since: datetime | None = None
    filters: dict[str, list[Conditions]] = field(default_factory=dict)
    url: str = ""

    def takes(self, kind: str, updated: datetime) -> bool:
        """Return whether a resource of that type and moment belongs to the export."""
        return kind in self.types and (self.since is None or updated >= self.since)


@dataclass(frozen=True)
class Job:
    """One export; ``owner`` is the personality and the client that asked."""

    owner: tuple[str, str]
    wish: Wish
    patients: list[str]
    withheld: tuple[str, ...]
    asked_at: datetime
    began: float
    seconds: float
    # Its address on the file server, which knows no tokens.
    signature: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def progress(self, now: float) -> float:
        """Return how much is done, from 0 to 1."""
        return 1.0 if self.seconds <= 0 else min(1.0, (now - self.began) / self.seconds)

    def slices(self) -> list[list[str]]:
        """Return the patients of each file of a type, in order."""
        step = PATIENTS_A_FILE
        return [self.patients[n : n + step] for n in range(0, len(self.patients), step)]


class Jobs:
    """All exports of this process, and how long they take."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Job] = OrderedDict()
        self.seconds = settings.SANDBOX_BULK_SECONDS
        self.retry_after: int | None = settings.SANDBOX_BULK_RETRY_AFTER

    def begin(
        self, owner: tuple[str, str], wish: Wish, patients: list[str], withheld: tuple[str, ...]
    ) -> Job:
        """Begin an export and return it."""
        job = Job(owner, wish, patients, withheld, datetime.now(UTC), self._now(), self.seconds)
        with self._lock:
            self._held[job.id] = job
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return job

    def find(self, identifier: str, owner: tuple[str, str]) -> Job | None:
        """Return an export of that owner, or None."""
        with self._lock:
            job = self._held.get(identifier)
        return job if job and job.owner == owner else None

    def signed(self, signature: str) -> Job | None:
        """Return the export whose files have that address, or None."""
        with self._lock:
            return next((job for job in self._held.values() if job.signature == signature), None)

    def of(self, owner: tuple[str, str]) -> list[Job]:
        """Return the exports of an owner that were not deleted."""
        with self._lock:
            return [job for job in self._held.values() if job.owner == owner]

    def progress(self, job: Job) -> float:
        """Return how much of an export is done, from 0 to 1."""
        return job.progress(self._now())

    def delete(self, job: Job) -> None:
        """Cancel an export, or forget one that is done."""
        with self._lock:
            self._held.pop(job.id, None)


def matches(entry: Entry, wish: Wish, values: Callable[[Entry, Param], object]) -> bool:
    """Return whether an entry belongs to an export, its filters applied."""
    if not wish.takes(entry.type, entry.updated):
        return False
    alternatives = wish.filters.get(entry.type)
    if alternatives is None:
        return True
    return any(all(test(values(entry, param)) for param, test in one) for one in alternatives)


jobs = Jobs()
