"""What a sentence is read as."""

from dataclasses import dataclass, field
from typing import Any

from recommendations.clinical.facts import Fact
from recommendations.verification.claims import AbsenceClaim, CountClaim


@dataclass(frozen=True, slots=True)
class Subject:
    """A fact that the statement cites."""

    index: int
    fact: Fact

    @property
    def handle(self) -> str:
        """The fact's handle."""
        return self.fact.handle


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the sentence, from token ``start`` up to ``end``, and what it is read as.

    Kinds: name, term, value_text, reaction, reason, why, author, detail, age, date, clock, ago,
    number, pair, span, frequency, as_needed, route, cue, word, residue.
    """

    kind: str
    start: int
    end: int
    text: str
    value: Any = None
    family: str = ""
    subjects: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit and comparator, as written."""

    value: str
    unit: str = ""
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """An ISO prefix, or ``--MM-DD`` where no year is said; and the part it plays."""

    iso: str
    role: str = ""  # "start", "end", "recorded" or ""


@dataclass(frozen=True, slots=True)
class Cast:
    """All that one statement is about."""

    subjects: tuple[Subject, ...]
    absences: tuple[AbsenceClaim, ...] = ()
    counts: tuple[CountClaim, ...] = ()
    inferred: bool = False

    def kinds(self) -> set[str]:
        """Which kinds of words may stand in the sentence."""
        found: set[str] = {s.fact.kind for s in self.subjects}
        found |= {"absence"} if self.absences else set()
        return found | ({"count"} if self.counts else set())
