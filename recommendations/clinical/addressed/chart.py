"""The passages of a whole reading, those that are spread over several entries among them."""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from recommendations.clinical.addressed.finding import Found, find, orders
from recommendations.clinical.addressed.folding import uncounted
from recommendations.clinical.facts import Addressed, Fact, NoteFact

_NOT_TYPED = frozenset(("handle", "kind", "source", "codings", "warnings"))
_EDGE = 300  # characters at the ends of an entry in which an order may break off


class Search:
    """The search through one reading, in which each text is searched once."""

    def __init__(self) -> None:
        # A chart of a thousand results has the same few words over and over.
        self._known: dict[str, tuple[Found, ...]] = {}
        self._searched = (0, 0)  # facts, and notes with a text
        self._found: tuple[Addressed, ...] = ()

    def through(self, facts: Collection[Fact]) -> tuple[Addressed, ...]:
        """Where the facts hold text addressed to software: by handle, field and place."""
        notes = sum(isinstance(fact, NoteFact) and bool(fact.text) for fact in facts)
        if (len(facts), notes) != self._searched:
            self._searched = (len(facts), notes)
            self._found = tuple(self._passages(list(facts)))
        return self._found

    def _passages(self, facts: Sequence[Fact]) -> Iterator[Addressed]:
        whole = [each for fact in facts for each in self._of(fact)]
        yield from whole
        told = {(each.handle, each.field) for each in whole}
        split = dict.fromkeys(_split(facts))
        yield from (each for each in split if (each.handle, each.field) not in told)

    def _of(self, fact: Fact) -> Iterator[Addressed]:
        for field, text in strings_of(fact):
            if text not in self._known:
                self._known[text] = find(text)
            for found in self._known[text]:
                yield Addressed(
                    handle=fact.handle,
                    field=field,
                    start=found.start,
                    end=found.end,
                    rules=found.rules,
                )


def strings_of(fact: BaseModel) -> Iterator[tuple[str, str]]:
    """Every string of a fact that somebody may have typed, with its place in the fact."""
    for name in _fields(type(fact)):
        yield from _strings(name, getattr(fact, name))


def _strings(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in _fields(type(value)):
            yield from _strings(f"{place}.{name}", getattr(value, name))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _strings(f"{place}.{number}", each)


@cache
def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name in model.model_fields if name not in _NOT_TYPED)


def _split(facts: Sequence[Fact]) -> Iterator[Addressed]:
    """Orders that begin in one entry and go on in the next of its kind, in either order of time."""
    entries: dict[str, list[tuple[str, str, str]]] = {}
    for fact in facts:
        for field, text in strings_of(fact):
            if " " in text:
                entries.setdefault(fact.kind, []).append((fact.handle, field, text))
                entries.setdefault("", []).append((fact.handle, field, text))
    for listed in entries.values():
        yield from _over(listed)
        yield from _over(listed[::-1])


def _over(entries: Sequence[tuple[str, str, str]]) -> Iterator[Addressed]:
    for first, second in pairwise(entries):
        if first[0] == second[0] and first[1] == second[1]:
            continue
        head = uncounted(first[2][-_EDGE:])
        tail = uncounted(second[2][:_EDGE])
        joined = f"{head.rstrip()} {tail.lstrip()}"
        seam = len(head.rstrip())
        if any(start < seam < end for _, start, end in orders(joined)):
            for handle, field, text in (first, second):
                yield Addressed(
                    handle=handle, field=field, start=0, end=len(text), rules=("split",)
                )
