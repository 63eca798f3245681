"""Fails at start, not at the bedside: how the model and its places are set up can work."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from recommendations.agent import providers
from smartapp.slots import ON_SQLITE


@register()
def model_settings(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Return ``recommendations.E010`` for each setting of the model that cannot work."""
    return [
        Error(
            f"{problem.code}: {problem.words}",
            hint=f"{problem.todo} See docs/providers.md.",
            id="recommendations.E010",
        )
        for problem in providers.problems()
    ]


@register()
def places_over_sqlite(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Return ``recommendations.E011`` for more drafts at once than SQLite bears."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if not engine.endswith("sqlite3") or settings.MODEL_PLACES <= ON_SQLITE:
        return []
    return [
        Error(
            f"COUNTERSIGN_MODEL_PLACES is {settings.MODEL_PLACES}: so many drafts written at once "
            "break on SQLite's lock.",
            hint=f"Set it to {ON_SQLITE} at most, or DATABASE_URL to a PostgreSQL. "
            "See docs/budgets.md.",
            id="recommendations.E011",
        )
    ]
