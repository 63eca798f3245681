"""``manage.py check --database default``: is the trail as safe as this installation can have it?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError
from django.utils import timezone

from audit.models import Publication
from audit.roles import owns_the_trail

_LATE = timedelta(days=1)


@checks.register(checks.Tags.database)
def trail_is_guarded(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Return ``audit.W001`` where the app owns the trail's tables, ``audit.W003`` for a place.

    Warnings all: ``migrate`` runs database checks too, as the owner.
    """
    if not databases:
        return []
    try:
        found = [_owned()] if owns_the_trail() else []
        return found + [_late(place) for place in Publication.objects.all() if _is_late(place)]
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


def _is_late(place: Publication) -> bool:
    since = place.failing_since
    return since is not None and timezone.now() - since > _LATE


def _late(place: Publication) -> checks.CheckMessage:
    return checks.Warning(
        f"{place.place} has not been given the trail's checkpoints for more than a day "
        f"({place.failure}).",
        hint="Mend the place; what it lacks is given to it by itself. See docs/ledger.md.",
        id="audit.W003",
    )
