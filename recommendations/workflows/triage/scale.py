"""The scale of urgency: the Australasian Triage Scale, five categories with a time each.

Source: Australasian College for Emergency Medicine, Policy on the Australasian Triage Scale (P06)
and Guidelines on its implementation (G24), version 6, November 2023. Numbers and times are
theirs; the words are ours. It was chosen because category and time stand together in its
definition, and because its descriptors give thresholds that a rule can be held against.
"""

from dataclasses import dataclass
from enum import IntEnum

SOURCE = "Australasian Triage Scale (ACEM P06; G24 version 6, November 2023)"
VERSION = "ATS G24 v6 2023-11"


class Category(IntEnum):
    """A category; a lower number is more urgent."""

    IMMEDIATE = 1
    EMERGENCY = 2
    URGENT = 3
    SEMI_URGENT = 4
    NON_URGENT = 5

    @property
    def key(self) -> str:
        """As a drafter and a page name it: ``"2"``."""
        return str(self.value)

    @property
    def word(self) -> str:
        """In a word or two."""
        return LEVELS[self].word

    @property
    def within(self) -> str:
        """When assessment and treatment begin."""
        minutes = LEVELS[self].minutes
        return f"within {minutes} minutes" if minutes else "at once"

    def at_least_as_urgent(self, other: "Category") -> bool:
        """Whether nobody would wait longer in this one."""
        return self <= other


@dataclass(frozen=True, slots=True)
class Level:
    """What a category means; ``minutes`` to wait at most."""

    word: str
    minutes: int
    means: str


LEVELS: dict[Category, Level] = {
    Category.IMMEDIATE: Level("immediate", 0, "Life is threatened now."),
    Category.EMERGENCY: Level(
        "emergency",
        10,
        "Life may be threatened within minutes, or treatment works only if it begins very soon, "
        "or pain is very severe.",
    ),
    Category.URGENT: Level(
        "urgent",
        30,
        "Life may come to be threatened, or half an hour's delay could do harm, or distress is "
        "severe.",
    ),
    Category.SEMI_URGENT: Level(
        "semi-urgent",
        60,
        "It may be serious, or an hour's delay could do harm, or it is complex.",
    ),
    Category.NON_URGENT: Level(
        "non-urgent", 120, "It is minor or long-standing, or a matter of papers and renewals."
    ),
}


def category(key: str) -> Category | None:
    """The category of a key; None where there is none."""
    return next((each for each in Category if each.key == key), None)


def most_urgent(*found: Category | None) -> Category | None:
    """The most urgent of those that are given."""
    return min((each for each in found if each is not None), default=None)


def sentence(level: Category) -> str:
    """The words that stand for a category in a draft, and in what is signed: nothing else does."""
    return (
        f"Urgency: category {level.value} of 5, {level.word}; assessment and treatment to begin "
        f"{level.within} (Australasian Triage Scale)."
    )
