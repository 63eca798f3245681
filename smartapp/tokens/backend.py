"""Access without a clinician: one token per EHR, for every process that works there by night.

Bought with our key or secret (SMART Backend Services), kept sealed in the database, bought anew
ahead of its expiry by one process while the others go on with the old one. Never refreshed.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.backend import BackendTokenIssued, BackendTokenUnavailable
from audit.events.base import Outcome
from audit.recorder import record
from smartapp import scopes
from smartapp.ehrs.answers import TokenAnswer
from smartapp.ehrs.errors import EhrAnswerUnreadable, EhrError, EhrUnreachable
from smartapp.ehrs.exchange import GrantRefused, backend_token
from smartapp.fhir.errors import BackendRefused
from smartapp.models import BackendClient, BackendToken, Ehr
from smartapp.scopes.approvals import require_approved
from smartapp.scopes.errors import ScopeUnapproved
from smartapp.tokens import turns

__all__ = ["BackendLiveToken", "BackendRefused", "current", "renew_now"]

# A refusal does not pass by itself: ten thousand patients must not ask ten thousand times.
# Shorter than the right to renew lasts, or a pause could not be told from a renewal.
_PAUSE_AFTER_REFUSAL = timedelta(seconds=30)
_PASSING = frozenset({EhrUnreachable.code, EhrAnswerUnreadable.code})


@dataclass(frozen=True, slots=True, repr=False)
class BackendLiveToken:
    """An access token, which one it is, and when to ask for the next."""

    access_token: str
    generation: int
    due_at: datetime
    granted_scopes: str


def current(ehr: Ehr) -> BackendLiveToken:
    """Return the token of ``ehr``'s backend registration that is good now.

    Raises :class:`BackendRefused`, or ``EhrUnavailable`` when the EHR cannot say.
    """
    buying = _Buying(_registration(ehr))
    row = buying.read()
    return _token(row if not turns.is_due(row) else buying.renewed(row.generation))


def renew_now(ehr: Ehr, stale_generation: int) -> BackendLiveToken:
    """After a 401: return a token newer than ``stale_generation``; raises as :func:`current`."""
    buying = _Buying(_registration(ehr))
    row = buying.read()
    if row.generation <= stale_generation:
        row = buying.renewed(stale_generation, refused=True)
    return _token(row)


def _registration(ehr: Ehr) -> BackendClient:
    clients = BackendClient.objects.select_related("ehr").filter(ehr=ehr, is_active=True)
    client = clients.exclude(scopes="").first()
    if client is None or not client.ehr.is_active:
        raise BackendRefused("not_registered")
    return client


def _token(row: BackendToken) -> BackendLiveToken:
    return BackendLiveToken(row.access_token, row.generation, turns.due_at(row), row.granted_scopes)


class _Buying(turns.Renewal[BackendToken]):
    """The token of one backend registration, bought by ``client_credentials``."""

    taking = {"failure": ""}

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    def read(self) -> BackendToken:
        """Return the row, making an empty one that is due where there is none."""
        row = BackendToken.objects.filter(client=self._client).first()
        return row or self._empty()

    def renew(self, row: BackendToken) -> None:
        """Ask the EHR where each scope is approved; pause where asking again is of no use."""
        try:
            require_approved(self._client.ehr, self._client.scopes)
            answer = backend_token(self._client)
        except (EhrUnreachable, EhrAnswerUnreadable) as error:
            self._failed(row, error.code, Outcome.FAILED)
            turns.pause(row)
        except ScopeUnapproved as refused:
            self._refused(row, refused.code, unapproved=refused.scopes)
        except GrantRefused as refused:
            self._refused(row, refused.reason)
        except EhrError as error:
            self._refused(row, error.code)
        else:
            self._save(row, answer)

    def check_pause(self, row: BackendToken) -> None:
        """Say what the pause is for: a refusal, or a fault that may pass."""
        paused = row.refreshing_until is not None and row.refreshing_until > timezone.now()
        if paused and row.failure and row.failure not in _PASSING:
            raise BackendRefused(row.failure)
        super().check_pause(row)

    def _empty(self) -> BackendToken:
        now = timezone.now()
        new = BackendToken(client=self._client, generation=0, issued_at=now, expires_at=now)
        new.access_token = ""
        # Of two processes at once, one row is kept.
        BackendToken.objects.bulk_create([new], ignore_conflicts=True)
        return BackendToken.objects.get(client=self._client)

    def _refused(self, row: BackendToken, reason: str, *, unapproved: tuple[str, ...] = ()) -> None:
        """Tell it once, and let nobody ask for a while; a token in hand is used to its end."""
        self._failed(row, reason, Outcome.REFUSED, unapproved)
        turns.pause(row, _PAUSE_AFTER_REFUSAL)

    @transaction.atomic
    def _failed(
        self, row: BackendToken, code: str, outcome: Outcome, unapproved: tuple[str, ...] = ()
    ) -> None:
        """Note why nothing came. The trail gets a row where that changed, not one per attempt."""
        turns.held(row).update(failure=code)
        if row.failure != code:
            with self._about():
                record(BackendTokenUnavailable(outcome=outcome, code=code, unapproved=unapproved))

    @transaction.atomic
    def _save(self, row: BackendToken, answer: TokenAnswer) -> None:
        """Keep the new token, unless the right was lost meanwhile."""
        if not turns.held(row).exists():
            return
        turns.put(row, answer)
        asked = self._client.scopes
        row.granted_scopes = asked if answer.scope is None else answer.scope
        row.failure = ""
        row.save()
        with self._about():
            record(
                BackendTokenIssued(
                    generation=row.generation,
                    lifetime_seconds=answer.expires_in,
                    client_auth=self._client.client_auth,
                    scopes_granted=tuple(row.granted_scopes.split()),
                    scopes_withheld=tuple(scopes.withheld(asked, row.granted_scopes)),
                )
            )

    def _about(self) -> AbstractContextManager[object]:
        """Whoever asked for the token, it is the system's and no launch's."""
        nobody = {"actor": "system", "actor_name": "", "launch_id": "", "patient_index": ""}
        return context.bind(ehr=self._client.ehr.slug, **nobody)
