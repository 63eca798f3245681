"""A process's share of the attacks, and what became of them.

Nothing here knows a model of the database at import: a process that is started anew reads this
before Django is there.
"""

from dataclasses import dataclass

import django
from django.apps import apps

from recommendations.quality.injection.attack import Attack
from recommendations.quality.injection.goals import Goal


@dataclass(frozen=True, slots=True)
class Judged:
    """One attack. ``left``, ``signed``, ``crossed`` and their like are empty, or say what."""

    attack: Attack
    reached: bool  # the order was in what the model was sent, and was obeyed
    told: bool  # the clinician is told
    left: str = ""
    signed: str = ""
    crossed: str = ""
    misrouted: str = ""  # a triage that waits longer, or goes where no list leads
    unrecorded: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Attacks to play, and every order that the stand-in is to understand."""

    attacks: tuple[Attack, ...]
    orders: tuple[tuple[str, Goal], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a share, and how many faults the trail has after it."""

    judged: tuple[Judged, ...]
    faults: int


def played(share: Share) -> Outcome:
    """Play a share in a database of its own."""
    if not apps.ready:
        django.setup()
    # Only now, for these know the models.
    from recommendations.quality.injection import playing  # noqa: PLC0415

    return playing.play(share)
