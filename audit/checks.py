"""``manage.py check --database default``: is the trail as safe as this installation can have it?"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError
from django.utils import timezone

from audit.models import AuditEvent, Leaf, Publication, SignedCheckpoint
from audit.roles import owns_the_trail

_LATE = timedelta(days=1)


@checks.register(checks.Tags.database)
def trail_is_guarded(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Return ``audit.W001`` where the app owns the trail's tables, ``audit.W003`` for a
    place that has gone without checkpoints, ``audit.W004`` where nothing is signed.

    Warnings all: ``migrate`` runs database checks too, as the owner.
    """
    if not databases:
        return []
    try:
        found = [_owned()] if owns_the_trail() else []
        found += [_late(place, code) for place, code in _without()]
        return found + ([_unsigned()] if _waits_unsigned() else [])
    except DatabaseError:
        return []  # before the first migration


@checks.register(checks.Tags.security, deploy=True)
def trail_is_published(
    app_configs: Sequence[Any] | None, **options: Any
) -> list[checks.CheckMessage]:
    """Return ``audit.W002`` where nobody outside the database is given the signed tree."""
    if settings.LEDGER_PLACES:
        return []
    return [
        checks.Warning(
            "The trail's checkpoints are published nowhere: whoever owns the database and the key "
            "could rewrite the trail, and nobody could tell.",
            hint="Set COUNTERSIGN_LEDGER_PLACES. See docs/ledger.md.",
            id="audit.W002",
        )
    ]


def _owned() -> checks.CheckMessage:
    return checks.Warning(
        "The app's database role owns the trail's tables, and could take its triggers away.",
        hint="Run the app as a role of its own: `manage.py ledger_role NAME`. See docs/ledger.md.",
        id="audit.W001",
    )


def _without() -> Iterator[tuple[str, str]]:
    """Yield the places, with the code of why, that lack a checkpoint of more than a day ago."""
    day_ago = SignedCheckpoint.objects.filter(at__lt=timezone.now() - _LATE).order_by("-size")
    due = day_ago.values_list("size", flat=True).first() or 0
    given = {each.place: each for each in Publication.objects.all()}
    for place in settings.LEDGER_PLACES:
        progress = given.get(place)
        if (progress.size if progress else 0) < due:
            yield place, progress.failure if progress and progress.failure else "not tried"


def _late(place: str, code: str) -> checks.CheckMessage:
    return checks.Warning(
        f"{place} has not been given the trail's checkpoints for more than a day ({code}).",
        hint="Mend the place, and see that a worker runs; what it lacks is given to it by itself. "
        "See docs/ledger.md.",
        id="audit.W003",
    )


def _waits_unsigned() -> bool:
    """Whether a row of more than a day ago is under no checkpoint."""
    newest = SignedCheckpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    last = Leaf.objects.filter(index__lt=newest).order_by("-index").first()
    signed = last.event_id if last else 0
    next_row = AuditEvent.objects.filter(id__gt=signed).order_by("id").first()
    return next_row is not None and timezone.now() - next_row.at > _LATE


def _unsigned() -> checks.CheckMessage:
    return checks.Warning(
        "Rows of the trail have waited for more than a day to be sealed and signed.",
        hint="See that a worker runs and seals (COUNTERSIGN_LEDGER_SEAL_SECONDS), and run "
        "`manage.py verify_ledger`: a tree that is not whole cannot be signed.",
        id="audit.W004",
    )
