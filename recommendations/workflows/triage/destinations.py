"""Where a patient can be sent: the hospital's own list, as data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommendations.workflows.triage.scale import Category


@dataclass(frozen=True, slots=True)
class Destination:
    """One service with its queue; ``for_whom`` tells a drafter who belongs there.

    ``takes_from`` is the most urgent category that may be sent there.
    """

    key: str
    service: str
    specialty: str = ""
    queue: str = ""
    for_whom: str = ""
    takes_from: Category = Category.NON_URGENT

    def takes(self, level: Category) -> bool:
        """Whether a patient of this category may be sent there."""
        return level >= self.takes_from

    @property
    def words(self) -> str:
        """As a clinician reads it."""
        named = ", ".join(part for part in (self.service, self.specialty) if part)
        return f"{named} (queue {self.queue})" if self.queue else named


def sentence(destination: Destination) -> str:
    """The words that stand for a destination in a draft, and in what is signed."""
    return f"Destination: {destination.words}."


def find(key: str, offered: Iterable[Destination]) -> Destination | None:
    """The destination of a key; None where the list has none."""
    return next((each for each in offered if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Routing:
    """Where to, and what code did about it. ``words`` say so; empty where it did nothing."""

    to: Destination | None
    words: str = ""
    code: str = ""


def routed(drafted: str, level: Category, offered: Sequence[Destination]) -> Routing:
    """The destination that was drafted, where the list has it and it takes such a patient.

    ``drafted`` is a key; empty where rules alone suggest. Else of those that do take them the one
    that takes the least urgent: nobody is sent to resuscitation who can be seen beside it.
    """
    if not offered:
        return Routing(None, "This hospital has set no destinations to choose from.", "no_list")
    chosen = find(drafted, offered)
    if chosen is not None and chosen.takes(level):
        return Routing(chosen)
    taking = [each for each in offered if each.takes(level)]
    fitting = max(taking, key=lambda each: each.takes_from, default=None)
    if chosen is not None and fitting is not None:
        words = f"Moved by rule from {chosen.words}, which does not take category {level.value}."
        return Routing(fitting, words, "destination_moved")
    if drafted and chosen is None:
        words = "The drafted destination is not on this hospital's list; none is suggested."
        return Routing(None, words, "destination_unknown")
    if level <= Category.EMERGENCY and fitting is not None:
        return Routing(fitting, f"Chosen by rule: it takes category {level.value}.")
    return Routing(None, "Rules alone choose no destination for this category.", "not_chosen")
