"""The ways to one concept, tried in turn, and what came of each."""

from collections.abc import Sequence
from typing import Literal

from smartapp.fhir.queries import Query, Step
from smartapp.fhir.results import Fetched, Missing, Taken
from smartapp.fhir.sifting import Part


class Chain:
    """Takes the parts of one concept, and says what to ask next when all asked so far has come.

    What a refusal leaves missing is held back: a way that gives all there is makes up for it.
    """

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self.taken: list[Taken] = []
        self._steps = list(steps)
        self._now: tuple[Step, Literal["refused", "empty"]] | None = None
        self._held: list[Missing] = []
        self._refused: list[Missing] = []  # by the way being tried
        self._count = 0

    def take(self, part: Part) -> list[Missing]:
        """Take what a query gave; return what it says is missing, unless it was refused."""
        self._count += len(part.resources)
        if part.refused:
            self._refused += part.missing
            return []
        return part.missing

    def next_queries(self, *, empty: bool) -> tuple[Query, ...]:
        """Return what to ask next, nothing at the end. ``empty``: there is nothing yet at all."""
        refused = bool(self._refused)
        self._settle()
        if not refused and not empty:
            self._steps.clear()
        because: Literal["refused", "empty"] = "refused" if refused else "empty"
        while self._steps:
            step = self._steps.pop(0)
            if step.fallback.when == because:
                self._now, self._count = (step, because), 0
                return step.queries
        return ()

    def end(self) -> list[Missing]:
        """Settle what is still being tried, as when time ran out; return what stays missing."""
        self._add(answered=False)
        return [*self._held, *self._refused]

    def _settle(self) -> None:
        if self._now is not None and self._now[0].fallback.whole and not self._refused:
            self._held.clear()
        self._add(answered=not self._refused)
        self._held += self._refused
        self._refused = []

    def _add(self, *, answered: bool) -> None:
        if self._now is None:
            return
        (step, because), self._now = self._now, None
        whole = step.fallback.whole
        self.taken.append(Taken(step.fallback.kind, because, whole, answered, self._count))


def told_in_text(resources: Sequence[Fetched], elements: Sequence[str]) -> Taken | None:
    """Say of how many resources the text stands for an element that is absent."""
    count = sum(
        _has_text(each) and any(not each.raw.get(element) for element in elements)
        for each in resources
    )
    return Taken("narrative", "absent", whole=True, answered=True, count=count) if count else None


def _has_text(resource: Fetched) -> bool:
    text = resource.raw.get("text")
    return isinstance(text, dict) and bool(text.get("div"))
