"""The one in a process who looks for news of drafts, for all who listen.

A thread asks the database once for all drafts that are listened to, many times a second, and only
while somebody listens: whether there is anything new at all, and then for what is new. It tells
those who wait for their turn how many are before them, and keeps watch over dropped drafts, so
that a page hears of a worker's death even where no worker is left.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import close_old_connections, connection
from django.db.models import Q

from recommendations.drafts import keeper, places
from recommendations.drafts.line import line_words
from recommendations.models import DraftProgress

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.05
LINE_SECONDS = 1.0
# Ids are given before they are committed: with PostgreSQL a row may be seen after later ones. Ids
# that were passed over are asked for by name for so long, and so many of them at most.
LATE_SECONDS = 30.0
_LATE = 500


class Item(NamedTuple):
    """One piece of news; without an id where it is only so at this moment."""

    id: int
    draft_id: str
    kind: str
    detail: dict[str, Any]


@dataclass(eq=False)
class _Listener:
    draft_id: str
    after: int
    queue: asyncio.Queue[Item | None] = field(default_factory=asyncio.Queue)
    caught_up: bool = False  # with what there was before it listened
    before: int | None = None  # how many it was last told to be before it


class News:
    """Looks, and tells each listener what is new to them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._stop = threading.Event()
        self._listeners: set[_Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._newest: int | None = None
        self._passed: dict[int, float] = {}  # ids not seen yet that later ones were, and since when
        self._line_at = 0.0

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
                self._newest = None
                self._passed.clear()
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
        if self._newest is None:
            newest = DraftProgress.objects.order_by("-id").values_list("id", flat=True).first()
            self._newest = max(0, (newest or 0) - _LATE)
        self._hand_out([each for each in listeners if each.caught_up], self._new(self._newest))
        # Asked after what all are told: nothing falls between the two.
        late = [each for each in listeners if not each.caught_up]
        if late:
            since = min(each.after for each in late)
            theirs = Q(id__gt=since, draft_id__in={each.draft_id for each in late})
            self._hand_out(late, _told(theirs))
            for listener in late:
                listener.caught_up = True
        if time.monotonic() - self._line_at >= LINE_SECONDS:
            self._line_at = time.monotonic()
            self._tell_the_line(listeners)

    def _new(self, newest: int) -> dict[str, list[Item]]:
        """What came since the last look, that which had been passed over too."""
        now = time.monotonic()
        self._passed = {pk: at for pk, at in self._passed.items() if at > now - LATE_SECONDS}
        found = _told(Q(id__gt=newest) | Q(id__in=list(self._passed)))
        seen = {item.id for items in found.values() for item in items}
        self._newest = max(seen | {newest})
        between = range(max(newest + 1, self._newest - _LATE), self._newest)
        self._passed |= dict.fromkeys(between, now)
        for pk in seen & self._passed.keys():
            del self._passed[pk]
        return found

    def _hand_out(self, listeners: list[_Listener], found: dict[str, list[Item]]) -> None:
        told = []
        for listener in listeners:
            fresh = [i for i in found.get(listener.draft_id, ()) if i.id > listener.after]
            if fresh:
                listener.after = fresh[-1].id
                told.append((listener, fresh))
        self._put(told)

    def _tell_the_line(self, listeners: list[_Listener]) -> None:
        standing = places.stand()
        if not standing.line:
            return
        told = []
        for listener in listeners:
            before = standing.before(UUID(listener.draft_id))
            if before != listener.before:
                listener.before = before
                detail = {"before": before, "words": line_words(before)}
                told.append((listener, [Item(0, listener.draft_id, "position", detail)]))
        self._put(told)

    def _put(self, told: list[tuple[_Listener, list[Item]]]) -> None:
        # The loop is woken once for all of them.
        if told and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_put, told)


def _put(told: list[tuple[_Listener, list[Item]]]) -> None:
    for listener, items in told:
        for item in items:
            listener.queue.put_nowait(item)


def _told(which: Q) -> dict[str, list[Item]]:
    """Some of all that is told, in order, by draft."""
    rows = DraftProgress.objects.filter(which).order_by("id")
    found: dict[str, list[Item]] = {}
    for pk, draft, kind, detail in rows.values_list("id", "draft_id", "kind", "detail"):
        found.setdefault(str(draft), []).append(Item(pk, str(draft), kind, detail))
    return found
