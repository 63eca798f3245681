"""Renewing a launch's access: ahead of expiry, once for all threads and processes, rotating or not.

Who may ask, and what the others do meanwhile: ``smartapp.tokens.turns``.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.events.launch import TokenRefreshed
from audit.events.scopes import ScopesNarrowed
from audit.recorder import record
from smartapp import scopes
from smartapp.ehrs.answers import TokenAnswer
from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.exchange import GrantRefused, refresh
from smartapp.fhir.errors import SessionLost
from smartapp.models import Launch, TokenSet
from smartapp.tokens import turns
from smartapp.tokens.store import about, give_back, lose


@dataclass(frozen=True, slots=True, repr=False)
class LiveToken:
    """An access token, and how many refreshes came before it."""

    access_token: str
    generation: int


def access_token(launch_id: str) -> str:
    """Return an access token that is good now.

    Raises ``SessionLost`` when the grant is gone and ``EhrUnavailable`` when the EHR cannot say.
    """
    return current(launch_id).access_token


def current(launch_id: str) -> LiveToken:
    """Return the token to use now with its generation; raises as :func:`access_token`."""
    refreshing = _Refreshing(launch_id)
    row = refreshing.read()
    if not turns.is_due(row) or _lasts_unrenewed(row):
        return _token(row)
    return _token(refreshing.renewed(row.generation))


def first(answer: TokenAnswer) -> LiveToken:
    """Return the token of a grant that is about to be stored, for what need not wait for that."""
    return LiveToken(answer.access_token, generation=1)


def refresh_now(launch_id: str, stale_generation: int) -> LiveToken:
    """After a 401: return a token newer than ``stale_generation``, refreshing if nobody has yet.

    Raises as :func:`access_token`.
    """
    refreshing = _Refreshing(launch_id)
    row = refreshing.read()
    if row.generation > stale_generation:
        return _token(row)
    return _token(refreshing.renewed(stale_generation, refused=True))


class _Refreshing(turns.Renewal[TokenSet]):
    """The tokens of one launch, renewed by their refresh token."""

    still = Q(lost_at=None)

    def __init__(self, launch_id: str) -> None:
        self._launch_id = launch_id

    def read(self) -> TokenSet:
        """Return the row; raise ``SessionLost`` for a launch that has none or has ended."""
        rows = TokenSet.objects.select_related("launch__ehr")
        row = rows.filter(launch_id=self._launch_id).first()
        if row is None or row.lost_at is not None or row.launch.ended_at is not None:
            raise SessionLost
        # Work without a browser comes past no door that would have ended it.
        if row.launch.is_too_old:
            raise SessionLost
        return row

    def renew(self, row: TokenSet) -> None:
        """Ask the EHR; raise ``SessionLost`` when it says no for good."""
        if row.refresh_token_sealed is None:
            lose(row)
            raise SessionLost
        try:
            answer = refresh(row.launch.ehr, row.refresh_token)
        except GrantRefused as refused:
            if refused.reason == "invalid_grant":
                lose(row, further=refused.further)
                raise SessionLost from None
            # Not about this grant: Epic answers invalid_client for an hour after a key is changed.
            turns.pause(row)
        except EhrError:
            turns.pause(row)
        else:
            _accept(row, answer)


def _lasts_unrenewed(row: TokenSet) -> bool:
    """Without a refresh token the last minute of the access token is as good as the others."""
    return row.refresh_token_sealed is None and row.expires_at > timezone.now()


def _token(row: TokenSet) -> LiveToken:
    return LiveToken(row.access_token, row.generation)


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


@transaction.atomic
def _save(row: TokenSet, answer: TokenAnswer) -> bool:
    """Keep the new tokens and tell so, unless the right was lost or the launch ended meanwhile."""
    if not turns.held(row).filter(lost_at=None, launch__ended_at=None).exists():
        return False
    turns.put(row, answer)
    row.refreshed_at = row.issued_at
    # Oracle gives no new one and the old one stays good; the others' old one is dead now.
    if answer.refresh_token is not None:
        row.refresh_token = answer.refresh_token
    row.save()
    with about(row.launch):
        _narrow(row.launch, answer.scope)
        record(
            TokenRefreshed(
                generation=row.generation,
                rotated=answer.refresh_token is not None,
                lifetime_seconds=answer.expires_in,
            )
        )
    return True


def _narrow(launch: Launch, given: str | None) -> None:
    """Store and tell what a refresh left of the granted scopes; without ``scope`` all are left.

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
    record(ScopesNarrowed(taken=taken, left=tuple(narrowed.split())))
