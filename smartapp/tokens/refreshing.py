"""Renewing access: ahead of expiry, once for all threads and processes, rotating or not.

One right to refresh exists per launch: the column ``refreshing_until``, taken by a conditional
update and given back by the one that saves the new tokens. A database lock held while an EHR
thinks would stop every writer on SQLite, and a connection each on PostgreSQL. Whoever does not
get the right goes on with the old token while that is good, and waits for the new one when not.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakValueDictionary

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.events.launch import TokenRefreshed
from audit.recorder import record
from smartapp import scopes
from smartapp.ehrs.answers import TokenAnswer
from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.exchange import GrantRefused, refresh
from smartapp.fhir.errors import EhrUnavailable, SessionLost
from smartapp.models import Launch, TokenSet
from smartapp.tokens.store import about, expiry, give_back, lose

# Longer than a token request may take, so that nobody refreshes beside a slow one: a rotated
# refresh token used twice ends the whole grant at some EHRs.
_RIGHT = timedelta(seconds=45)
_PAUSE_AFTER_FAILURE = timedelta(seconds=2)
_PATIENCE_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 0.05
_MOST_SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, repr=False)
class LiveToken:
    """An access token, and how many refreshes came before it."""

    access_token: str
    generation: int


class _ThreadLock:
    """A lock that can be forgotten when nobody holds it."""

    def __init__(self) -> None:
        self.lock = Lock()


_locks: WeakValueDictionary[str, _ThreadLock] = WeakValueDictionary()
_locks_guard = Lock()


def access_token(launch_id: str) -> str:
    """Return an access token that is good now.

    Raises ``SessionLost`` when the grant is gone and ``EhrUnavailable`` when the EHR cannot say.
    """
    return current(launch_id).access_token


def current(launch_id: str) -> LiveToken:
    """Return the token to use now with its generation; raises as :func:`access_token`."""
    row = _read(launch_id)
    if not _is_due(row):
        return _token(row)
    return _renewed(launch_id, row.generation)


def refresh_now(launch_id: str, stale_generation: int) -> LiveToken:
    """After a 401: return a token newer than ``stale_generation``, refreshing if nobody has yet.

    Raises as :func:`access_token`.
    """
    row = _read(launch_id)
    if row.generation > stale_generation:
        return _token(row)
    return _renewed(launch_id, stale_generation, refused=True)


def _renewed(launch_id: str, generation: int, *, refused: bool = False) -> LiveToken:
    """Make or await the refresh that follows ``generation``.

    ``refused``: the EHR has rejected the token in hand, so it is of no more use while we wait.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        row = _read(launch_id)
        if row.generation > generation:
            return _token(row)
        usable = not refused and row.expires_at > timezone.now()
        if usable and row.refresh_token_sealed is None:
            return _token(row)
        asked = _ask_in_turn(row, wait=not usable)
        if usable:
            return _token(_read(launch_id))
        if not asked:
            time.sleep(_LOOK_AGAIN_SECONDS)
    raise EhrUnavailable


def _ask_in_turn(row: TokenSet, *, wait: bool) -> bool:
    """Refresh if it is our turn; tell whether it was.

    Raises ``EhrUnavailable`` when there is nothing to wait for: somebody has just tried in vain.
    """
    with _thread_turn(row.launch_id, wait=wait) as mine:
        if mine and _take_right(row):
            _refresh(row)
            return True
        if mine and wait and _is_paused(row):
            raise EhrUnavailable
    return False


def _read(launch_id: str) -> TokenSet:
    row = TokenSet.objects.select_related("launch__ehr").filter(launch_id=launch_id).first()
    if row is None or row.lost_at is not None or row.launch.ended_at is not None:
        raise SessionLost
    # Work without a browser comes past no door that would have ended it.
    if row.launch.is_too_old:
        raise SessionLost
    return row


def _token(row: TokenSet) -> LiveToken:
    return LiveToken(row.access_token, row.generation)


def _is_due(row: TokenSet) -> bool:
    """A minute ahead of expiry, or the last fifth of a token that lives for seconds only."""
    skew = min(_MOST_SKEW, (row.expires_at - row.issued_at) / 5)
    return timezone.now() >= row.expires_at - skew


@contextmanager
def _thread_turn(launch_id: str, *, wait: bool) -> Iterator[bool]:
    """Keep the threads of this process from asking the database at once."""
    with _locks_guard:
        turn = _locks.setdefault(launch_id, _ThreadLock())
    mine = turn.lock.acquire(timeout=_PATIENCE_SECONDS if wait else 0)
    try:
        yield mine
    finally:
        if mine:
            turn.lock.release()


def _take_right(row: TokenSet) -> bool:
    """Take the one right to refresh; false when another process has it or was quicker."""
    now = timezone.now()
    free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
    mine = TokenSet.objects.filter(free, pk=row.pk, generation=row.generation, lost_at=None)
    row.refreshing_until = now + _RIGHT
    return mine.update(refreshing_until=row.refreshing_until) == 1


def _is_paused(row: TokenSet) -> bool:
    """Tell a pause from a refresh under way: its right lasts longer."""
    until = TokenSet.objects.values_list("refreshing_until", flat=True).get(pk=row.pk)
    return until is not None and until <= timezone.now() + _PAUSE_AFTER_FAILURE


def _refresh(row: TokenSet) -> None:
    """Ask the EHR, with the right in hand; raise ``SessionLost`` when it says no for good."""
    if row.refresh_token_sealed is None:
        lose(row)
        raise SessionLost
    try:
        answer = refresh(row.launch.ehr, row.refresh_token)
    except GrantRefused as refused:
        if refused.reason == "invalid_grant":
            lose(row)
            raise SessionLost from None
        # Not about this grant: Epic answers invalid_client for an hour after a key is changed.
        _pause(row)
    except EhrError:
        _pause(row)
    except BaseException:
        _give_back(row, None)
        raise
    else:
        _accept(row, answer)


def _accept(row: TokenSet, answer: TokenAnswer) -> None:
    """Keep what came, or give it back where the launch may have no tokens any more.

    Raises ``SessionLost`` for an answer about another patient: the grant is no longer the one
    that was checked at the launch, so none of it is used.
    """
    if answer.patient not in {None, row.launch.patient_id}:
        lose(row)
        refresh_token = answer.refresh_token or row.refresh_token
        give_back(row.launch, access_token=answer.access_token, refresh_token=refresh_token)
        raise SessionLost
    if not _save(row, answer) and _has_ended(row):
        give_back(row.launch, access_token=answer.access_token, refresh_token=answer.refresh_token)


def _has_ended(row: TokenSet) -> bool:
    """Tell an end from a right lost to another process: to revoke then would end its grant."""
    alive = TokenSet.objects.filter(pk=row.pk, lost_at=None, launch__ended_at=None)
    return not alive.exists()


def _pause(row: TokenSet) -> None:
    """A temporary failure: let nobody ask again for a moment."""
    _give_back(row, timezone.now() + _PAUSE_AFTER_FAILURE)


def _give_back(row: TokenSet, until: datetime | None) -> None:
    mine = TokenSet.objects.filter(pk=row.pk, refreshing_until=row.refreshing_until)
    mine.update(refreshing_until=until)


@transaction.atomic
def _save(row: TokenSet, answer: TokenAnswer) -> bool:
    """Keep the new tokens and tell so, unless the right was lost or the launch ended meanwhile."""
    now = timezone.now()
    held = TokenSet.objects.select_for_update().filter(
        pk=row.pk,
        generation=row.generation,
        refreshing_until=row.refreshing_until,
        lost_at=None,
        launch__ended_at=None,
    )
    if not held.exists():
        return False
    row.access_token = answer.access_token
    # Oracle gives no new one and the old one stays good; the others' old one is dead now.
    if answer.refresh_token is not None:
        row.refresh_token = answer.refresh_token
    row.issued_at, row.refreshed_at, row.expires_at = now, now, expiry(answer)
    row.generation += 1
    row.refreshing_until = None
    row.save()
    _narrow(row.launch, answer.scope)
    with about(row.launch):
        record(
            TokenRefreshed(
                generation=row.generation,
                rotated=answer.refresh_token is not None,
                lifetime_seconds=answer.expires_in,
            )
        )
    return True


def _narrow(launch: Launch, given: str | None) -> None:
    """Store what a refresh left of the granted scopes; no ``scope`` in it leaves all of them.

    What both sides cover, as either words it: a refresh may answer in the other grammar, and may
    never widen (RFC 6749 section 6).
    """
    had = launch.granted_scopes
    taken = () if given is None else scopes.withheld(had, given)
    if given is None or not taken:
        return
    kept = [each for each in had.split() if each not in taken]
    kept += [each for each in given.split() if each not in scopes.withheld(given, had)]
    narrowed = " ".join(dict.fromkeys(kept))
    Launch.objects.filter(pk=launch.pk).update(granted_scopes=narrowed)
