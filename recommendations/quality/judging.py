"""What becomes of a drafted statement before a clinician sees it, and how that is counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from recommendations.verification import Chart, settle
from recommendations.verification.claims import DraftedStatement


class Fate(StrEnum):
    """What verification does with a statement."""

    STANDS = "stands"
    REWORDED = "reworded"  # its claims hold, and code worded them
    MARKED = "marked"  # it cannot be signed as it stands


@dataclass(frozen=True, slots=True)
class Judged:
    """One statement's fate: the text that is shown, and the rules that were broken."""

    fate: Fate
    text: str
    rules: tuple[str, ...] = ()


def judge(statement: DraftedStatement, chart: Chart) -> Judged:
    """As a draft in the making does, by the same function."""
    text, verdict = settle(statement, chart)
    if not verdict.outcome.signable:
        return Judged(Fate.MARKED, text, tuple(f.rule for f in verdict.findings))
    return Judged(Fate.REWORDED if text != statement.text else Fate.STANDS, text)


@dataclass(slots=True)
class Tally:
    """How errors of one kind fared. ``carried``: worded by code, and the error still in it."""

    marked: int = 0
    reworded: int = 0
    carried: int = 0
    stood: int = 0

    @property
    def planted(self) -> int:
        """All of them."""
        return self.marked + self.reworded + self.carried + self.stood

    @property
    def caught(self) -> int:
        """Those that no clinician can sign unawares."""
        return self.marked + self.reworded

    def add(self, fate: Fate, *, true: bool = True) -> None:
        """Count one; ``true`` says of a reworded one that its new words are."""
        self.marked += fate is Fate.MARKED
        self.reworded += fate is Fate.REWORDED and true
        self.carried += fate is Fate.REWORDED and not true
        self.stood += fate is Fate.STANDS

    def merge(self, other: "Tally") -> None:
        """Take in another's counts."""
        self.marked += other.marked
        self.reworded += other.reworded
        self.carried += other.carried
        self.stood += other.stood


@dataclass(frozen=True, slots=True)
class Miss:
    """An error that got through, for whoever mends the rule."""

    kind: int
    name: str
    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class FalseMark:
    """A true statement that was marked or reworded."""

    fate: Fate
    text: str
    shown: str
    rules: tuple[str, ...]


@dataclass(slots=True)
class Measured:
    """One sort of errors, or one sort of clean statements, or both."""

    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)
    clean: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)
    marks: list[FalseMark] = field(default_factory=list)

    def tally(self, kind: int, name: str) -> Tally:
        """The counts of one way of being wrong."""
        return self.tallies.setdefault((kind, name), Tally())

    def error(self, kind: int, name: str, text: str, judged: Judged, *, true: bool) -> None:
        """Count an error and how it fared."""
        self.tally(kind, name).add(judged.fate, true=true)
        if judged.fate is Fate.STANDS or (judged.fate is Fate.REWORDED and not true):
            self.misses.append(Miss(kind, name, text, judged.text))

    def sound(self, text: str, judged: Judged) -> None:
        """Count a true statement and how it fared."""
        self.clean[judged.fate.value] += 1
        if judged.fate is not Fate.STANDS:
            self.marks.append(FalseMark(judged.fate, text, judged.text, judged.rules))

    def by_kind(self) -> dict[int, Tally]:
        """The counts by kind, in order."""
        found: dict[int, Tally] = {}
        for (kind, _), tally in sorted(self.tallies.items()):
            found.setdefault(kind, Tally()).merge(tally)
        return found

    def total(self) -> Tally:
        """All kinds together."""
        found = Tally()
        for tally in self.tallies.values():
            found.merge(tally)
        return found


def together(parts: Iterable[Measured]) -> Measured:
    """Several parts as one."""
    whole = Measured()
    for part in parts:
        for (kind, name), tally in part.tallies.items():
            whole.tally(kind, name).merge(tally)
        whole.clean += part.clean
        whole.misses += part.misses
        whole.marks += part.marks
    return whole
