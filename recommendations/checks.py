"""Fails at start, not at the bedside: how the model is set up is held to be workable."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from recommendations.agent import providers


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
