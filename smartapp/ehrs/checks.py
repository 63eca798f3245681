"""``manage.py check --database default``: secrets that are too old, or cannot be had."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError

from smartapp.ehrs.secrets import ALERT_DAYS, SecretFigure, secret_figures


@checks.register(checks.Tags.database)
def secrets_are_young(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Return ``smartapp.W020`` for a secret from day 80, ``W021`` from day 90, ``W022`` for none.

    Warnings all: ``migrate`` runs database checks too, and must not be stopped by an old secret.
    """
    if not databases:
        return []
    try:
        figures = secret_figures()
    except DatabaseError:
        return []  # before the first migration
    return [message for figure in figures for message in _messages(figure)]


def _messages(figure: SecretFigure) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    if figure.level:
        late = figure.level == "alert"
        found.append(
            checks.Warning(
                f"The secret at {figure.reference!r} is {figure.days} days old.",
                hint=f"Renew it {'now' if late else f'before it is {ALERT_DAYS} days old'}: at the "
                "EHR, then in its store. The app takes up the new one by itself.",
                id="smartapp.W021" if late else "smartapp.W020",
            )
        )
    if figure.failure:
        found.append(
            checks.Warning(
                f"The secret at {figure.reference!r} cannot be had: {figure.failure}.",
                hint="See SECURITY.md, Keys and secrets.",
                id="smartapp.W022",
            )
        )
    return found
