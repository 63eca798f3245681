"""The pieces of a draft's page: its sections, tallies, messages and what was kept."""

from dataclasses import dataclass

from recommendations import selectors
from recommendations.decisions.errors import Refusal
from recommendations.views.cards import Card, Mark


@dataclass(frozen=True, slots=True)
class Tally:
    """How many statements carry a mark."""

    mark: Mark
    count: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Left:
    """What a section does not show: how many, and what they are."""

    line: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its statements."""

    key: str
    title: str
    note: str
    cards: tuple[Card, ...]
    left: Left | None = None

    @property
    def approvable(self) -> int:
        """How many can be approved together."""
        return sum(card.together for card in self.cards)

    @property
    def unseen(self) -> list[Card]:
        """Those to look at before the others are approved with them."""
        return [card for card in self.cards if card.needs_look]

    @property
    def done(self) -> bool:
        """Whether every statement is decided on."""
        return bool(self.cards) and not any(card.is_open for card in self.cards)


@dataclass(frozen=True, slots=True)
class Order:
    """An entry of the chart that holds text addressed to software."""

    handle: str
    icon: str
    label: str  # "Progress note, 23 May 2026"
    kind: str  # of the fact


@dataclass(frozen=True, slots=True)
class Message:
    """What stands above the draft after something was refused."""

    code: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """Words from an earlier session, and the statement here that they would fit."""

    words: selectors.KeptWords
    section: str
    card: Card | None
