"""How old each secret is, and who is told: a warning from day 80, an alert at day 90.

Where a store does not say when a secret was made, it is as old as our first sight of its value,
of which only a keyed hash is kept.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events import configuration as events
from audit.events.base import Event
from audit.recorder import record
from encryption import blind_index
from smartapp.ehrs.errors import SecretReferenceInvalid, SecretUnavailable
from smartapp.ehrs.secrets.fetched import Fetched
from smartapp.models import SecretAge

logger = logging.getLogger(__name__)
WARN_DAYS = 80
ALERT_DAYS = 90
# Environment and files are read at every use; their row need not be written each time.
_WRITE_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SecretFigure:
    """One secret as operations see it. ``level`` is "", "warning" or "alert"; ``days`` its age."""

    reference: str
    days: int | None
    level: str
    checked_at: datetime | None
    failure: str


def secret_figures() -> list[SecretFigure]:
    """Return every secret we have looked for, the oldest first."""
    rows = SecretAge.objects.order_by("since", "reference")
    return [
        SecretFigure(row.reference, _days(row), _level(row), row.checked_at, row.failure)
        for row in rows
    ]


def note(reference: str, fetched: Fetched) -> None:
    """Take down that a secret was had, and tell when it has grown too old or was renewed.

    Where nothing is new of it, nothing is written, and no writer waited for.
    """
    fingerprint = blind_index("secret", f"{reference}|{fetched.value}")
    row = SecretAge.objects.filter(reference=reference).first()
    if row is None or not _is_known(row, fingerprint):
        _take_down(reference, fingerprint, fetched)


@transaction.atomic
def _take_down(reference: str, fingerprint: str, fetched: Fetched) -> None:
    row = _row(reference)
    if _is_known(row, fingerprint):
        return  # to another thread, meanwhile
    now = timezone.now()
    happened: list[Event] = []
    if row.fingerprint != fingerprint:
        if row.fingerprint:
            happened.append(events.SecretChanged(reference=reference))
        row.fingerprint, row.since, row.told = fingerprint, fetched.made_at or now, ""
    row.failure = ""
    level = _level(row)
    if level and level != row.told:
        row.told = level
        happened.append(_grown_old(row, level))
    row.checked_at = now
    row.save()
    _tell(happened)


def _is_known(row: SecretAge, fingerprint: str) -> bool:
    fresh = row.checked_at is not None and timezone.now() - row.checked_at < _WRITE_AGAIN
    same = row.fingerprint == fingerprint and not row.failure
    return fresh and same and _level(row) in {"", row.told}


@transaction.atomic
def note_failure(reference: str, error: SecretUnavailable) -> None:
    """Take down that a secret could not be had; told when the reason changes, not every time."""
    if isinstance(error, SecretReferenceInvalid):
        return  # what stands there may be the secret itself
    row = _row(reference)
    if row.failure == error.code:
        return
    row.failure = error.code
    row.save()
    logger.error("secret_unavailable", extra={"reference": reference, "code": error.code})
    _tell([events.SecretUnavailable(code=error.code, reference=reference)])


def _row(reference: str) -> SecretAge:
    rows = SecretAge.objects.select_for_update().filter(reference=reference)
    row = rows.first()
    if row is None:
        SecretAge.objects.bulk_create([SecretAge(reference=reference)], ignore_conflicts=True)
        row = rows.get()
    return row


def _days(row: SecretAge) -> int | None:
    return None if row.since is None else (timezone.now() - row.since).days


def _level(row: SecretAge) -> str:
    days = _days(row) or 0
    if days >= ALERT_DAYS:
        return "alert"
    return "warning" if days >= WARN_DAYS else ""


def _grown_old(row: SecretAge, level: str) -> events.SecretGrewOld:
    days = _days(row) or 0
    told = {"reference": row.reference, "days": days}
    if level == "alert":
        logger.error("secret_too_old", extra=told)
        return events.SecretGrewOld(reference=row.reference, days=days, level="alert")
    logger.warning("secret_growing_old", extra=told)
    return events.SecretGrewOld(reference=row.reference, days=days, level="warning")


def _tell(happened: list[Event]) -> None:
    """The system's own line of the trail, whoever happened to need the secret."""
    nobody = {"actor": "system", "actor_name": "", "launch_id": "", "patient_index": ""}
    with context.bind(**nobody):
        for event in happened:
            record(event)
