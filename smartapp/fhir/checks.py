"""Fails at start, not at the bedside: vendor profiles are validated by Django's system checks."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from smartapp.fhir.vendors import ProfileInvalid, load, names


@register()
def vendor_profiles(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Return ``smartapp.E010`` for each mistake in a profile, naming file and key."""
    problems: list[CheckMessage] = []
    for name in names():
        try:
            load(name)
        except ProfileInvalid as invalid:
            problems += [
                Error(
                    f"The vendor profile {invalid.file} is wrong at {problem}",
                    hint="Correct the file in smartapp/fhir/vendors; the others show the shape.",
                    id="smartapp.E010",
                )
                for problem in invalid.problems
            ]
    return problems
