"""The passages of a whole reading, by entry, those that are spread over several among them."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from recommendations.clinical.addressed.finding import Found, find
from recommendations.clinical.addressed.splitting import Entry, split
from recommendations.clinical.facts import Fact, NoteFact
from recommendations.clinical.results import Addressed

# Nobody types these: our own words, and dates, which have a form of their own.
_NOT_TYPED = frozenset((
    "handle", "kind", "source", "codings", "warnings", "differing", "recorded", "effective",
    "authored", "onset", "abatement", "start", "end", "occurred", "performed", "comparator",
))  # fmt: skip


class Search:
    """The search through one reading, in which each entry and each text is searched once."""

    def __init__(self) -> None:
        # A chart of a thousand results has the same few words over and over.
        self._known: dict[str, tuple[Found, ...]] = {}
        self._told: dict[str, tuple[int, list[Entry], list[Addressed]]] = {}  # by handle
        self._searched = (0, 0)  # facts, and notes with a text
        self._found: tuple[Addressed, ...] = ()

    def through(self, facts: Collection[Fact]) -> tuple[Addressed, ...]:
        """Where the facts hold text addressed to software: by handle, field and place."""
        notes = sum(isinstance(fact, NoteFact) and bool(fact.text) for fact in facts)
        if (len(facts), notes) != self._searched:
            self._searched = (len(facts), notes)
            self._found = tuple(self._passages(facts))
        return self._found

    def _passages(self, facts: Collection[Fact]) -> Iterator[Addressed]:
        kinds: dict[str, list[Entry]] = {"": []}
        told: set[tuple[str, str]] = set()
        for fact in facts:
            entries, found = self._of(fact)
            kinds.setdefault(fact.kind, []).extend(entries)
            kinds[""].extend(entries)
            told.update((each.handle, each.field) for each in found)
            yield from found
        for each in dict.fromkeys(split(kinds)):
            if (each.handle, each.field) not in told:
                yield each

    def _of(self, fact: Fact) -> tuple[list[Entry], list[Addressed]]:
        """What a fact holds in more than one word, and the passages of all that it holds."""
        size = len(fact.text) if isinstance(fact, NoteFact) else 0
        if fact.handle not in self._told or self._told[fact.handle][0] != size:
            strings = list(strings_of(fact))
            entries = [Entry(fact.handle, field, text) for field, text in strings if " " in text]
            found = [
                Addressed(handle=fact.handle, field=field, start=f.start, end=f.end, rules=f.rules)
                for field, text in strings
                for f in self._find(text)
            ]
            self._told[fact.handle] = (size, entries, found)
        return self._told[fact.handle][1:]

    def _find(self, text: str) -> tuple[Found, ...]:
        if text not in self._known:
            self._known[text] = find(text)
        return self._known[text]


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
