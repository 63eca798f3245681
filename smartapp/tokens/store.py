"""Rows of tokens: made by the callback, emptied at the end."""

import logging
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import context
from audit.events.launch import LaunchEnded, TokenLost, TokenRevoked
from audit.recorder import record
from smartapp.ehrs.answers import TokenAnswer
from smartapp.ehrs.discovery import SmartConfiguration
from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.exchange import revoke
from smartapp.ehrs.further import host_of
from smartapp.models import Ehr, Launch, TokenSet

logger = logging.getLogger(__name__)

# Whoever ends a launch is given this long to give its tokens back, before it is done for them.
PATIENCE = timedelta(minutes=5)


def about(launch: Launch) -> AbstractContextManager[object]:
    """Whoever asks, an event about tokens belongs to their launch's line of the trail."""
    return context.bind(
        launch_id=launch.pk, patient_index=launch.patient_index, ehr=launch.ehr.slug
    )


def keep(*, launch: Launch, answer: TokenAnswer) -> TokenSet:
    """Store a new launch's tokens, in the transaction of the launch."""
    now = timezone.now()
    row = TokenSet(launch=launch, issued_at=now, expires_at=expiry(answer))
    row.access_token = answer.access_token
    row.refresh_token = answer.refresh_token
    row.save(force_insert=True)
    return row


def expiry(answer: TokenAnswer) -> datetime:
    """Return when an access token that has just come dies."""
    return timezone.now() + timedelta(seconds=answer.expires_in)


@transaction.atomic
def lose(token_set: TokenSet, *, further: str = "") -> None:
    """The EHR will not renew this grant: the launch ends, what was typed stays where it is.

    ``further``: an address at which the EHR says more, kept for the page that tells of it.
    """
    now = timezone.now()
    mine = TokenSet.objects.filter(pk=token_set.pk, lost_at=None, generation=token_set.generation)
    if mine.update(lost_at=now, refreshing_until=None) == 0:
        return
    reason = Launch.EndReason.GRANT_LOST
    with about(token_set.launch):
        record(
            TokenLost(
                generation=token_set.generation, further_host=host_of(further), further=further
            )
        )
        live = Launch.objects.filter(pk=token_set.launch_id, ended_at=None)
        if live.update(ended_at=now, end_reason=reason):
            record(LaunchEnded(reason=reason.value))
            if further:
                _keep_further(token_set.launch_id, further)


def _keep_further(launch_id: str, further: str) -> None:
    launch = Launch.objects.get(pk=launch_id)
    launch.context = {**launch.context, "further": further}
    launch.save(update_fields=["context_sealed"])


def forget(*, launch_id: str) -> None:
    """Give an ended launch's tokens back to the EHR, and keep none, whatever it answers."""
    good = _claim(launch_id)
    row = TokenSet.objects.select_related("launch__ehr").filter(launch_id=launch_id).first()
    if row is not None and row.access_token != "":
        _empty(row, good=good)


def forget_left_over(*, launch_id: str) -> bool:
    """Do the same for a launch that somebody else ended; tell whether this call did.

    Of two that try at once only one goes on: the other would empty the row under its hands.
    """
    claimed = _claim(launch_id)
    if not claimed and not _take_over(launch_id):
        return False
    row = TokenSet.objects.select_related("launch__ehr").get(launch_id=launch_id)
    _empty(row, good=claimed or row.launch.end_reason != Launch.EndReason.GRANT_LOST)
    return True


def left_over(now: datetime) -> "QuerySet[TokenSet]":
    """Return tokens to give back: never taken out of use, or left in the middle of it.

    A row is empty when it has no refresh token and its access token is dead; sealed, an empty
    token looks like any other.
    """
    return TokenSet.objects.filter(Q(lost_at=None) | _begun_by_somebody_gone(now))


def _begun_by_somebody_gone(now: datetime) -> Q:
    free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
    held = Q(refresh_token_sealed__isnull=False) | Q(expires_at__gt=now)
    return Q(lost_at__lte=now - PATIENCE) & free & held


def _take_over(launch_id: str) -> bool:
    """Take the place of somebody who died while giving tokens back; false where others did."""
    now = timezone.now()
    mine = TokenSet.objects.filter(_begun_by_somebody_gone(now), launch_id=launch_id)
    return mine.update(refreshing_until=now + PATIENCE) == 1


def _claim(launch_id: str) -> bool:
    """Tell whether tokens were good; from now on a refresh under way finds its right gone."""
    good = TokenSet.objects.filter(launch_id=launch_id, lost_at=None)
    return good.update(lost_at=timezone.now(), refreshing_until=None) == 1


def _empty(row: TokenSet, *, good: bool) -> None:
    confirmed = good and _revoked(row.launch.ehr, row.access_token, row.refresh_token)
    with transaction.atomic():
        row.access_token = ""
        row.refresh_token = None
        row.expires_at = timezone.now()
        row.refreshing_until = None
        row.save()
        with about(row.launch):
            record(TokenRevoked(confirmed=confirmed))


def give_back(launch: Launch, *, access_token: str, refresh_token: str | None) -> None:
    """Return tokens that came and may not be kept to the EHR, whatever it answers."""
    confirmed = _revoked(launch.ehr, access_token, refresh_token)
    with transaction.atomic(), about(launch):
        record(TokenRevoked(confirmed=confirmed))


def give_back_unstored(ehr: Ehr, answer: TokenAnswer, configuration: SmartConfiguration) -> None:
    """Return the tokens of a launch that is not opened after all; never fails.

    The store that failed the launch may fail the trail's row too: then the log tells it alone.
    """
    confirmed = False
    try:
        confirmed = _revoked(ehr, answer.access_token, answer.refresh_token, configuration)
        with transaction.atomic(), context.bind(ehr=ehr.slug):
            record(TokenRevoked(confirmed=confirmed))
    except Exception as error:
        # A database's own words may quote the row that it did not take.
        told = {"kind": type(error).__name__, "confirmed": confirmed, "ehr": ehr.slug}
        logger.error("token_revoked_untold", extra=told)  # noqa: TRY400


def _revoked(
    ehr: Ehr,
    access_token: str,
    refresh_token: str | None,
    configuration: SmartConfiguration | None = None,
) -> bool:
    """Revoking a refresh token ends the grant; where there is none the access token must do."""
    kind = "refresh_token" if refresh_token else "access_token"
    token = refresh_token or access_token
    try:
        return revoke(ehr, token, kind=kind, configuration=configuration)
    except EhrError:
        return False
