"""The one in a process who looks for news of drafts, for all who listen.

A thread asks the database once for all drafts that are listened to, a few times a second, and only
while somebody listens. It also keeps watch over dropped drafts, so that a page hears of a worker's
death even where no worker is left.
"""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import close_old_connections, connection
from django.db.models import Q

from recommendations.drafts import keeper
from recommendations.models import DraftProgress

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.2
_MOST_AT_ONCE = 500


class Item(NamedTuple):
    """One piece of news."""

    id: int
    draft_id: str
    kind: str
    detail: dict[str, Any]


@dataclass(eq=False)
class _Listener:
    draft_id: str
    after: int
    queue: asyncio.Queue[Item | None] = field(default_factory=asyncio.Queue)


class News:
    """Looks, and tells each listener what is new to them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._stop = threading.Event()
        self._listeners: set[_Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def stopping(self) -> bool:
        """Whether the process is being ended."""
        return self._stop.is_set()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to look, and to keep watch; ``loop`` is where the listeners live."""
        self._loop = loop
        self._stop.clear()
        threading.Thread(target=self._look, name="draft-news", daemon=True).start()
        keeper.start(worker=False)

    def stop(self) -> None:
        """Stop looking, and let every listener go."""
        self._stop.set()
        self._wanted.set()
        keeper.stop()
        if self._loop is None or self._loop.is_closed():
            return
        for listener in self._current():
            self._loop.call_soon_threadsafe(listener.queue.put_nowait, None)

    @contextmanager
    def listening(self, draft_id: str, after: int) -> Iterator[asyncio.Queue[Item | None]]:
        """A queue of news of one draft, later than the id ``after``, in order."""
        if self._loop is None:
            # A server without the lifespan protocol: begin with the first who listens.
            self.start(asyncio.get_running_loop())
        listener = _Listener(draft_id, after)
        with self._lock:
            self._listeners.add(listener)
        self._wanted.set()
        try:
            yield listener.queue
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def _current(self) -> list[_Listener]:
        with self._lock:
            return list(self._listeners)

    def _look(self) -> None:
        while not self._stop.is_set():
            listeners = self._current()
            if not listeners:
                connection.close()
                self._wanted.clear()
                if not self._current():
                    self._wanted.wait()
                continue
            try:
                close_old_connections()
                self._tell(listeners)
            except Exception as error:  # the database may be back at the next look
                logger.warning("news_missed", extra={"error": type(error).__name__})
                connection.close()
            self._stop.wait(INTERVAL_SECONDS)
        connection.close()

    def _tell(self, listeners: list[_Listener]) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        since: dict[str, int] = {}
        for listener in listeners:
            earliest = since.get(listener.draft_id, listener.after)
            since[listener.draft_id] = min(earliest, listener.after)
        found = _newer(since)
        for listener in listeners:
            fresh = [i for i in found if i.draft_id == listener.draft_id and i.id > listener.after]
            if fresh:
                listener.after = fresh[-1].id
                loop.call_soon_threadsafe(_put, listener.queue, fresh)


def _put(queue: asyncio.Queue[Item | None], items: list[Item]) -> None:
    for item in items:
        queue.put_nowait(item)


def _newer(since: dict[str, int]) -> list[Item]:
    wanted = Q()
    for draft_id, after in since.items():
        wanted |= Q(draft_id=draft_id, id__gt=after)
    rows = DraftProgress.objects.filter(wanted).order_by("id")[:_MOST_AT_ONCE]
    return [Item(row.pk, str(row.draft_id), row.kind, row.detail) for row in rows]
