"""One renews, the others go on: the right to renew a token, for all threads and processes.

One right exists per token: the column ``refreshing_until``, taken by a conditional update and
given back by the one that saves the new token. A database lock held while an EHR thinks would
stop every writer on SQLite, and a connection each on PostgreSQL. Whoever does not get the right
goes on with the old token while that is good, and waits for the new one when not.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from django.db.models import Q, QuerySet
from django.utils import timezone

from smartapp.ehrs.answers import TokenAnswer
from smartapp.fhir.errors import EhrUnavailable
from smartapp.models.tokens import AccessToken

# Longer than a token request may take, so that nobody refreshes beside a slow one: a rotated
# refresh token used twice ends the whole grant at some EHRs.
_RIGHT = timedelta(seconds=45)
_PAUSE_AFTER_FAILURE = timedelta(seconds=2)
_PATIENCE_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 0.05
_MOST_SKEW = timedelta(seconds=60)

R = TypeVar("R", bound=AccessToken)


class Renewal(ABC, Generic[R]):
    """How one token is read and renewed; :meth:`renewed` sees to it that it happens once."""

    # What else must hold of a row for its right to be taken, and what is set in taking it.
    still: Q = Q()
    taking: dict[str, Any] = {}

    @abstractmethod
    def read(self) -> R:
        """Return the row as it is now; raise where there is nothing to use or to wait for."""

    @abstractmethod
    def renew(self, row: R) -> None:
        """Ask the EHR, with the right in hand: save, :func:`pause`, or raise for good."""

    def check_pause(self, row: R) -> None:
        """Raise ``EhrUnavailable`` when somebody has just tried in vain: no use in waiting.

        A pause is told from a renewal under way by its length: the right lasts longer.
        """
        until = row.refreshing_until
        if until is not None and until <= timezone.now() + _PAUSE_AFTER_FAILURE:
            raise EhrUnavailable

    def renewed(self, generation: int, *, refused: bool = False) -> R:
        """Make or await the renewal that follows ``generation``; return the row to use.

        ``refused``: the EHR has rejected the token in hand, so it is of no more use while we wait.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            row = self.read()
            if row.generation > generation:
                return row
            usable = not refused and row.expires_at > timezone.now()
            asked = self._ask_in_turn(row, wait=not usable)
            if usable:
                return self.read()
            if not asked:
                time.sleep(_LOOK_AGAIN_SECONDS)
        raise EhrUnavailable

    def _ask_in_turn(self, row: R, *, wait: bool) -> bool:
        """Renew if it is our turn; tell whether it was."""
        with _thread_turn(str(row.pk), wait=wait) as mine:
            if mine and self._take_right(row):
                right = row.refreshing_until
                try:
                    self.renew(row)
                except BaseException:
                    # Nobody should wait for us any more; what has paused or saved keeps its mark.
                    _rows(row).filter(pk=row.pk, refreshing_until=right).update(
                        refreshing_until=None
                    )
                    raise
                return True
            if mine and wait:
                self.check_pause(self.read())
        return False

    def _take_right(self, row: R) -> bool:
        """Take the one right to renew; false when another process has it or was quicker."""
        now = timezone.now()
        free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
        mine = _rows(row).filter(self.still, free, pk=row.pk, generation=row.generation)
        row.refreshing_until = now + _RIGHT
        return mine.update(refreshing_until=row.refreshing_until, **self.taking) == 1


def is_due(row: AccessToken) -> bool:
    """Tell whether a token is to be renewed: :func:`due_at` has come."""
    return timezone.now() >= due_at(row)


def due_at(row: AccessToken) -> datetime:
    """A minute ahead of expiry, or the last fifth of a token that lives for seconds only."""
    return row.expires_at - min(_MOST_SKEW, (row.expires_at - row.issued_at) / 5)


def held(row: R) -> "QuerySet[R]":
    """Return the locked row while our right to renew it stands; use it in a transaction."""
    return (
        _rows(row)
        .select_for_update()
        .filter(pk=row.pk, generation=row.generation, refreshing_until=row.refreshing_until)
    )


def put(row: AccessToken, answer: TokenAnswer) -> None:
    """Set a new access token and give the right back; the caller saves."""
    now = timezone.now()
    row.access_token = answer.access_token
    row.issued_at, row.expires_at = now, now + timedelta(seconds=answer.expires_in)
    row.generation += 1
    row.refreshing_until = None


def pause(row: AccessToken, length: timedelta = _PAUSE_AFTER_FAILURE) -> None:
    """A failure that may pass: let nobody ask again for a moment."""
    mine = _rows(row).filter(pk=row.pk, refreshing_until=row.refreshing_until)
    mine.update(refreshing_until=timezone.now() + length)


def _rows(row: R) -> "QuerySet[R]":
    return type(row)._default_manager.all()  # noqa: SLF001 - Django's public API


class _ThreadLock:
    """A lock that can be forgotten when nobody holds it."""

    def __init__(self) -> None:
        self.lock = Lock()


_locks: WeakValueDictionary[str, _ThreadLock] = WeakValueDictionary()
_locks_guard = Lock()


@contextmanager
def _thread_turn(key: str, *, wait: bool) -> Iterator[bool]:
    """Keep the threads of this process from asking the database at once."""
    with _locks_guard:
        turn = _locks.setdefault(key, _ThreadLock())
    mine = turn.lock.acquire(timeout=_PATIENCE_SECONDS if wait else 0)
    try:
        yield mine
    finally:
        if mine:
            turn.lock.release()
