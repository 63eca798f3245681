"""Cue phrases, found longest first."""

from functools import cache

from recommendations.verification.lexicon.routes import ROUTES
from recommendations.verification.lexicon.tables import cues
from recommendations.verification.plain import listed, words

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


def range_at(said: list[str], at: int) -> tuple[int, Cue] | None:
    """A place against the range in whatever words: "outside the laboratory's own limits"."""
    side = _SIDES.get(said[at])
    start = at + (2 if said[at : at + 2] in (["out", "of"], ["outside", "of"]) else 1)
    for end in range(start, min(start + _BETWEEN_AT_MOST, len(said))):
        if said[end] in _RANGES:
            return (end + 1 - at, ("range", side)) if side else None
        if said[end] not in _BETWEEN:
            return None
    return None


_SIDES = {
    "above": "above", "over": "above", "below": "below", "under": "below", "beneath": "below",
    "within": "within", "inside": "within", "in": "within", "outside": "outside", "out": "outside",
}  # fmt: skip
_BETWEEN_AT_MOST = 5  # words up to "range", itself included
_BETWEEN = listed(
    "the its their his her your our own lab's laboratory's reference normal usual expected given"
)
_RANGES = listed("range ranges limits interval intervals")


def route_at(said: list[str], at: int) -> tuple[int, str] | None:
    """The longest route phrase at ``at``."""
    if said[at] not in _firsts():
        return None
    for size in range(min(_longest(), len(said) - at), 0, -1):
        found = ROUTES.get(tuple(said[at : at + size]))
        if found:
            return size, found
    return None
