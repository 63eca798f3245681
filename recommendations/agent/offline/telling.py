"""What a section tells, and what it does not: nothing that belongs there is passed over unsaid."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from recommendations.agent.offline import phrases
from recommendations.clinical.facts import FactBase
from recommendations.clinical.results import LeftOut
from recommendations.verification.claims import DraftedStatement

F = TypeVar("F", bound=FactBase)
Kind = tuple[str, str]  # ("active problem", "active problems"); empty for what is never missed


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that belongs into a section; ``said`` is None where it is not told.

    ``part`` counts where one fact takes several statements.
    """

    kind: Kind
    handles: tuple[str, ...]
    said: phrases.Said
    part: int = 0


def tell(
    kind: Kind,
    facts: Iterable[F],
    write: Callable[[F], phrases.Said],
    *,
    most: int | None = None,
) -> Iterator[Telling]:
    """Each fact as ``write`` words it, the first ``most`` of them; the rest untold."""
    for place, fact in enumerate(facts):
        said = write(fact) if most is None or place < most else None
        yield Telling(kind, (fact.handle,), said)


def untold(kind: Kind, facts: Iterable[FactBase]) -> Iterator[Telling]:
    """Facts that belong here and are told by nobody."""
    return (Telling(kind, (fact.handle,), None) for fact in facts)


class Count:
    """One section being written: at most ``most`` statements, none said twice."""

    def __init__(self, section: str, most: int) -> None:
        self._section = section
        self._most = most
        self._said = set[str]()
        self._told = set[tuple[tuple[str, ...], int]]()
        self._untold: dict[tuple[tuple[str, ...], int], Telling] = {}

    def __len__(self) -> int:
        return len(self._said)

    def take(self, telling: Telling) -> DraftedStatement | None:
        """The statement to hand on; None where there is none, no room, or it was said."""
        key, said = (telling.handles, telling.part), telling.said
        if said is None or (said.text not in self._said and len(self) == self._most):
            if telling.kind[0] and key not in self._told:
                self._untold.setdefault(key, telling)
            return None
        self._told.add(key)
        self._untold.pop(key, None)
        if said.text in self._said:
            return None
        self._said.add(said.text)
        return said

    def left(self) -> Iterator[LeftOut]:
        """What had no room, kind by kind."""
        for kind in dict.fromkeys(telling.kind for telling in self._untold.values()):
            missed = [telling for telling in self._untold.values() if telling.kind == kind]
            number = len(missed)
            yield LeftOut(
                section=self._section,
                what=f"{number} more {kind[0] if number == 1 else kind[1]}",
                handles=tuple(dict.fromkeys(h for telling in missed for h in telling.handles)),
            )
