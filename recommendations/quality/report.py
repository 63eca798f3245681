"""What a suite found: figures by name, the goals they are held against, and words for a reader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on one figure. A figure that was not measured reaches no goal."""

    figure: str
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None

    @property
    def words(self) -> str:
        """``>= 95``, ``<= 1``, ``< 5``."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else f"< {self.below:g}"

    def met_by(self, figures: Mapping[str, Any]) -> bool:
        """Whether the measured figure reaches this goal."""
        value = figures.get(self.figure)
        if value is None:
            return False
        if self.at_least is not None:
            return bool(value >= self.at_least)
        return bool(value <= self.at_most if self.at_most is not None else value < self.below)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; ``note`` says what they are."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One run of one suite. ``remarks`` are sentences for the reader, such as what was left out."""

    name: str
    figures: Mapping[str, Any]
    goals: Sequence[Goal]
    tables: Sequence[Table] = ()
    remarks: Sequence[str] = field(default_factory=tuple)

    @property
    def met(self) -> bool:
        """Whether every goal was reached."""
        return all(goal.met_by(self.figures) for goal in self.goals)

    def as_dict(self) -> dict[str, Any]:
        """The one line of JSON that machines read."""
        return {
            "name": self.name,
            "figures": dict(self.figures),
            "goals": {goal.figure: goal.words for goal in self.goals},
            "met": self.met,
        }

    def lines(self) -> Iterable[str]:
        """The report for a reader."""
        for table in self.tables:
            yield from _table(table)
        yield from self.remarks
        yield from _table(Table("Goals", ("figure", "goal", "measured", ""), self._goal_rows()))

    def _goal_rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (
                goal.figure,
                goal.words,
                "not measured"
                if (value := self.figures.get(goal.figure)) is None
                else f"{value:g}",
                "met" if goal.met_by(self.figures) else "NOT MET",
            )
            for goal in self.goals
        ]


def _table(table: Table) -> Iterable[str]:
    yield table.title
    if table.note:
        yield f"  {table.note}"
    rows = [tuple(table.headings), *(tuple(row) for row in table.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.headings))]
    for row in rows:
        # What is a number stands to the right, as its heading does.
        cells = [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
    yield ""
