"""The chart as the writers of sections use it."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from recommendations.agent.offline.words import days_before
from recommendations.clinical.facts import FactBase, PartialDate
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolName, ToolResult

F = TypeVar("F", bound=FactBase)
RECENT = 400  # days that "of late" reaches back: a yearly visit and some weeks


class Desk:
    """One draft's reading and its day."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._results: dict[ToolName, ToolResult] = {}
        self.today: date = reading.as_of.date()

    @property
    def giving_orders(self) -> frozenset[str]:
        """The handles of facts that hold text addressed to software, as far as was read."""
        return frozenset(each.handle for each in self._reading.addressed())

    @property
    def message(self) -> str:
        """The patient's message that is to be answered; empty for none."""
        found = self._reading.message()
        return found.text if found else ""

    def call(self, tool: ToolName) -> ToolResult:
        """What a tool says when asked for nothing in particular; asked once."""
        if tool not in self._results:
            self._results[tool] = self._reading.call(tool, {})
        return self._results[tool]

    def facts(self, tool: ToolName, kind: type[F]) -> list[F]:
        """The facts of a tool's result, and after them those that had no room in it."""
        result = self.call(tool)
        left = (self._reading.fact(handle) for handle in result.left)
        return [fact for fact in (*result.facts, *left) if isinstance(fact, kind)]

    def fact(self, handle: str, kind: type[F]) -> F | None:
        """The fact of a handle."""
        found = self._reading.fact(handle)
        return found if isinstance(found, kind) else None

    def ago(self, when: PartialDate | None) -> int | None:
        """Whole days since; negative for a day to come; None where the chart has no day."""
        return days_before(when, self.today)

    def recent(self, when: PartialDate | None, days: int = RECENT) -> bool:
        """Whether it was in the last ``days`` days."""
        found = self.ago(when)
        return found is not None and 0 <= found <= days


def distinct(facts: Iterable[F]) -> list[F]:
    """The first of each name: a diagnosis often stands in the problem list and on the visit."""
    first: dict[str, F] = {}
    for fact in facts:
        first.setdefault(fact.name.lower(), fact)
    return list(first.values())
