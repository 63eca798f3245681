"""Cue phrases, found longest first."""

from functools import cache

from recommendations.verification.lexicon.routes import ROUTES
from recommendations.verification.lexicon.tables import cues
from recommendations.verification.plain import words

Cue = tuple[str, str]  # family, value


@cache
def table() -> dict[tuple[str, ...], Cue]:
    """Every cue phrase, by its words."""
    return {words(phrase): cue for phrase, cue in cues().items()}


@cache
def _longest() -> int:
    return max(map(len, (*table(), *ROUTES)))


@cache
def _firsts() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in (*table(), *ROUTES))


def cue_at(said: list[str], at: int) -> tuple[int, Cue] | None:
    """The longest cue phrase at ``at``: how many words it has, and what it says."""
    if said[at] not in _firsts():
        return None
    for size in range(min(_longest(), len(said) - at), 0, -1):
        found = table().get(tuple(said[at : at + size]))
        if found:
            return size, found
    return None


def route_at(said: list[str], at: int) -> tuple[int, str] | None:
    """The longest route phrase at ``at``."""
    if said[at] not in _firsts():
        return None
    for size in range(min(_longest(), len(said) - at), 0, -1):
        found = ROUTES.get(tuple(said[at : at + size]))
        if found:
            return size, found
    return None
