"""Results held for paging: a token names a snapshot, so a later write cannot shift the pages."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.fhir.search.query import Query
from sandbox.fhir.store import Entry

LIFETIME_SECONDS = 600
_KEPT = 512


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A search's result as it was, and whose it is: ``owner`` is (personality, client, patient)."""

    query: Query
    entries: list[Entry]
    size: int
    owner: tuple[str, str, str | None]
    first: int = 0

    def end(self, offset: int) -> int:
        """Return where the page that starts at ``offset`` ends; the first may be a longer one."""
        return max(self.first, self.size) if offset == 0 else offset + self.size


class Pages:
    """Snapshots by opaque token; the token says which page too."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, int, Snapshot]] = OrderedDict()

    def hold(self, snapshot: Snapshot, offset: int) -> str:
        """Keep a snapshot for its page at ``offset`` and return the token of that page."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._held[token] = (self._now() + LIFETIME_SECONDS, offset, snapshot)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return token

    def find(self, token: str, owner: tuple[str, str, str | None]) -> tuple[Snapshot, int] | None:
        """Return the snapshot and offset, or None when expired, unknown or another's."""
        with self._lock:
            expires, offset, snapshot = self._held.get(token, (0.0, 0, None))
        if snapshot is None or expires < self._now() or snapshot.owner != owner:
            return None
        return snapshot, offset


pages = Pages()
