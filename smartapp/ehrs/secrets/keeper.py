"""Fetched secrets, kept in this process and fetched again before they may no longer be used.

One thread asks the store, the others go on with what is there. A store that is down costs
nothing while the secret in hand may be used.
"""

import threading
import time
from dataclasses import dataclass

from smartapp.ehrs.errors import SecretUnavailable
from smartapp.ehrs.secrets import ages, stores
from smartapp.models import BackendClient, Ehr, EventSubscription

_AHEAD = 0.8  # of its lifetime
_PAUSE_SECONDS = 5.0


@dataclass(slots=True, repr=False)
class _Held:
    value: str
    ask_again_at: float  # monotonic seconds
    good_until: float


_held: dict[str, _Held] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def resolve_secret(reference: str) -> str:
    """Return the secret that a reference points to.

    Raises a kind of ``SecretUnavailable``, whose message may name the place and never the value.
    """
    held = _held.get(reference)
    if held and time.monotonic() < held.ask_again_at:
        return held.value
    usable = held is not None and time.monotonic() < held.good_until
    lock = _lock_of(reference)
    if not lock.acquire(blocking=not usable) and held:
        return held.value
    try:
        return _renewed(reference)
    finally:
        lock.release()


def fetch_all() -> dict[str, str]:
    """Fetch every secret that an active registration refers to: when a process starts.

    Returns each reference with "" or the code of what went wrong; raises nothing for one.
    """
    active = {"is_active": True, "client_auth": Ehr.ClientAuth.SECRET.value}
    senders = EventSubscription.objects.filter(is_active=True)
    references = {
        *Ehr.objects.filter(**active).values_list("client_secret_ref", flat=True),
        *BackendClient.objects.filter(**active).values_list("client_secret_ref", flat=True),
        *senders.values_list("secret_ref", flat=True),
        *senders.exclude(second_secret_ref="").values_list("second_secret_ref", flat=True),
    }
    outcome = {}
    for reference in sorted(references):
        try:
            resolve_secret(reference)
            outcome[reference] = ""
        except SecretUnavailable as error:
            outcome[reference] = error.code
    return outcome


def forget_all() -> None:
    """Drop what is kept: the next asker asks the store."""
    _held.clear()


def _lock_of(reference: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(reference, threading.Lock())


def _renewed(reference: str) -> str:
    held = _held.get(reference)
    if held and time.monotonic() < held.ask_again_at:
        return held.value
    try:
        fetched = stores.fetch(reference)
    except SecretUnavailable as error:
        ages.note_failure(reference, error)
        if held is None or time.monotonic() >= held.good_until:
            _held.pop(reference, None)
            raise
        held.ask_again_at = min(time.monotonic() + _PAUSE_SECONDS, held.good_until)
        return held.value
    if fetched.lifetime_seconds:
        now = time.monotonic()
        life = fetched.lifetime_seconds
        _held[reference] = _Held(fetched.value, now + life * _AHEAD, now + life)
    # Last: where the database is busy, who tries again does not ask the store again.
    ages.note(reference, fetched)
    return fetched.value
