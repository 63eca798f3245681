"""The chart of one draft as verification looks things up in it; made once for each reading."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import TypeVar

from recommendations.clinical.addressed import strings_of
from recommendations.clinical.facts import Fact, FactBase, NoteFact, ObservationFact, PartialDate
from recommendations.clinical.results import Addressed, ReadingSnapshot
from recommendations.verification import units
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.surfaces import test_key
from recommendations.verification.plain import Bag, flat

F = TypeVar("F", bound=FactBase)
WITHDRAWN = "entered-in-error"
_NAMELESS = frozenset(("note", "message", "demographics", "family_history"))


class Chart:
    """All facts that were read, by handle, kind and test."""

    def __init__(
        self,
        facts: Iterable[Fact],
        *,
        searched: dict[str, bool],
        as_of: str = "",
        addressed: Iterable[Addressed] = (),
    ) -> None:
        self.facts = tuple(facts)
        self.as_of = as_of
        self._searched = dict(searched)
        self._standing: dict[type[FactBase], tuple[FactBase, ...]] = {}
        self._by_handle: dict[str, Fact] = {fact.handle: fact for fact in self.facts}
        self.orders = tuple(self._orders(addressed))  # handle, passage addressed to software

    @classmethod
    def of(cls, snapshot: ReadingSnapshot) -> "Chart":
        """The index of one reading."""
        return cls(
            snapshot.facts,
            searched=snapshot.searched,
            as_of=snapshot.as_of,
            addressed=snapshot.addressed,
        )

    def _orders(self, addressed: Iterable[Addressed]) -> Iterator[tuple[str, str]]:
        for each in addressed:
            fact = self.fact(each.handle)
            text = dict(strings_of(fact)).get(each.field, "") if fact else ""
            yield each.handle, text[each.start : each.end]

    def fact(self, handle: str) -> Fact | None:
        """The fact of a handle that was given in this draft."""
        return self._by_handle.get(handle)

    def standing(self, kind: type[F]) -> list[F]:
        """Facts of a kind that were not entered in error."""
        if kind not in self._standing:
            found = (f for f in self.facts if isinstance(f, kind) and not withdrawn(f))
            self._standing[kind] = tuple(found)
        return [f for f in self._standing[kind] if isinstance(f, kind)]

    def complete(self, concept: str) -> bool:
        """Whether all of a concept was read."""
        return self._searched.get(concept, False)

    def failed(self, concept: str) -> bool:
        """Whether a concept was asked for and not read completely."""
        return not self._searched.get(concept, True)

    @cached_property
    def _tests(self) -> dict[Bag, list[ObservationFact]]:
        found: dict[Bag, list[ObservationFact]] = {}
        for fact in self.standing(ObservationFact):
            found.setdefault(_test(fact), []).append(fact)
        return found

    def timeline(self, fact: ObservationFact) -> list[ObservationFact]:
        """Every standing value of the same test in whatever unit, this one among them."""
        return self._tests.get(_test(fact), [])

    def series(self, fact: ObservationFact) -> list[ObservationFact]:
        """As :meth:`timeline`, in the same unit only: values that can be compared."""
        return [other for other in self.timeline(fact) if _unit(other) == _unit(fact)]

    @cached_property
    def _notes(self) -> tuple[tuple[str, str], ...]:
        return tuple((n.handle, flat(n.text)) for n in self.standing(NoteFact) if n.text)

    def notes(self) -> tuple[tuple[str, str], ...]:
        """Standing notes whose text was read: the handle, and the text made comparable."""
        return self._notes

    @cached_property
    def _names(self) -> dict[Bag, list[Fact]]:
        found: dict[Bag, list[Fact]] = {}
        for fact in self.facts:
            if not withdrawn(fact) and fact.kind not in _NAMELESS:
                for name in surfaces(fact):
                    found.setdefault(name, []).append(fact)
        return found

    def names(self) -> dict[Bag, list[Fact]]:
        """Standing facts by each of their names; made when first asked for."""
        return self._names

    @cached_property
    def _longest(self) -> int:
        return max((len(name) for name in self._names), default=0) + 3

    def longest_name(self) -> int:
        """The most words of any name, with room for articles."""
        return self._longest

    def days_since(self, when: PartialDate | None) -> int | None:
        """Whole days from ``when`` to the reading; None where either day is not known."""
        try:
            then = date.fromisoformat(when.day if when else "")
            return (date.fromisoformat(self.as_of[:10]) - then).days
        except ValueError:
            return None


def withdrawn(fact: FactBase) -> bool:
    """Whether somebody marked it as entered in error."""
    return WITHDRAWN in (fact.status, getattr(fact, "verification", ""))


def _test(fact: ObservationFact) -> Bag:
    codes = tuple(c.code for c in fact.codings if c.code and "loinc" in c.system)
    return test_key(fact.name, codes)


def _unit(fact: ObservationFact) -> str:
    return units.ucum(fact.value.unit or fact.value.ucum).casefold() if fact.value else ""
