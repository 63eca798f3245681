"""Citations: each a chip that opens its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommendations.clinical.facts import Fact
from recommendations.views import facts


@dataclass(frozen=True, slots=True)
class Chip:
    """One citation."""

    handle: str
    icon: str
    label: str
    spoken: str


def chips_of(
    handles: Iterable[str], known: Mapping[str, Fact], as_of: str, *, named: bool = False
) -> tuple[Chip, ...]:
    """The chips of those handles that are known, each once."""
    found = (known[handle] for handle in dict.fromkeys(handles) if handle in known)
    return tuple(chip_of(fact, as_of, named=named) for fact in found)


def chip_of(fact: Fact, as_of: str, *, named: bool = False) -> Chip:
    """The chip of a fact; ``named`` has a result's name before its value."""
    label = facts.chip(fact, as_of=as_of, named=named)
    return Chip(fact.handle, facts.icon(fact), label, facts.spoken(fact))
