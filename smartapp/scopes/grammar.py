"""The two grammars of SMART scopes. What does not parse grants nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode

Interaction = Literal["read", "search", "create", "update"]
Syntax = Literal["v1", "v2"]
Filters = tuple[tuple[str, str], ...]  # of a v2 query, sorted; () for all of a type

LETTERS: dict[Interaction, str] = {"read": "r", "search": "s", "create": "c", "update": "u"}
ALL_LETTERS = "cruds"
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_SHAPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]+)\."
    r"(?:(?P<v1>read|write|\*)|(?P<v2>(?=[cruds])c?r?u?d?s?)(?P<query>\?\S+)?)"
)


@dataclass(frozen=True, slots=True)
class ResourceScope:
    """One parsed scope. ``letters`` is a part of ``cruds`` in that order."""

    level: str
    resource_type: str
    letters: str
    filters: Filters = ()  # (("category", "laboratory"),) of a v2 query; () for the whole type

    def covers(self, resource_type: str, letter: str) -> bool:
        """Tell whether this scope speaks of that interaction on that type."""
        return self.resource_type in {"*", resource_type} and letter in self.letters

    def admits(self, filters: Filters) -> bool:
        """Tell whether what a search with ``filters`` finds lies within this scope."""
        return all(any(_same(mine, theirs) for theirs in filters) for mine in self.filters)

    @property
    def restricted(self) -> bool:
        """Whether it grants a subset only, such as ``?category=laboratory``."""
        return bool(self.filters)

    def text(self) -> str:
        """Return it in v2, as it would be asked for."""
        query = urlencode(self.filters, quote_via=quote, safe=":/|,")
        return f"{self.level}/{self.resource_type}.{self.letters}{'?' if query else ''}{query}"


def parse(scope: str) -> ResourceScope | None:
    """Read one resource scope; ``None`` for ``openid`` and its like, and for what is malformed."""
    match = _SHAPE.fullmatch(scope)
    if match is None:
        return None
    letters = _V1[match["v1"]] if match["v1"] else match["v2"]
    filters: list[tuple[str, str]] = []
    if match["query"]:
        try:
            filters = parse_qsl(match["query"][1:], keep_blank_values=True, strict_parsing=True)
        except ValueError:
            return None  # a restriction that cannot be read must not be read as none
    return ResourceScope(match["level"], match["type"], letters, tuple(sorted(set(filters))))


def in_order(letters: Iterable[str]) -> str:
    """Return letters once each, as v2 wants them: ``cruds``."""
    wanted = set(letters)
    return "".join(letter for letter in ALL_LETTERS if letter in wanted)


def as_v1(scope: ResourceScope) -> tuple[str, ...]:
    """Return the fewest v1 scopes that hold all of ``scope``; v1 knows no filters, so it widens."""
    place = f"{scope.level}/{scope.resource_type}"
    letters = set(scope.letters)
    if letters & set("rs") and letters & set("cud"):
        return (f"{place}.read", f"{place}.write")
    return (f"{place}.read",) if letters & set("rs") else (f"{place}.write",)


def allows(granted: str, resource_type: str, interaction: Interaction) -> bool:
    """Tell whether the granted scopes let us read or search a type, perhaps only a part of it."""
    letter = LETTERS[interaction]
    return any(scope.covers(resource_type, letter) for scope in of_people(granted.split()))


def satisfies(
    granted: str, resource_type: str, interaction: Interaction, filters: Filters = ()
) -> bool:
    """Tell whether all that a search with ``filters`` asks for was granted, not only some of it."""
    letter = LETTERS[interaction]
    return any(
        scope.covers(resource_type, letter) and scope.admits(filters)
        for scope in of_people(granted.split())
    )


def withheld(asked: str, granted: str) -> tuple[str, ...]:
    """Return the scopes asked for that were not granted, or only for a subset, as they were asked.

    ``patient/Observation.read`` is whole when ``patient/Observation.rs`` was granted: EHRs answer
    in the other grammar.
    """
    have = granted.split()
    parsed = [found for each in have if (found := parse(each)) is not None]
    return tuple(scope for scope in asked.split() if not _is_granted(scope, have, parsed))


def surplus(asked: str, granted: str) -> tuple[str, ...]:
    """Return what was granted beyond what was asked for, as the EHR wrote it."""
    return withheld(granted, asked)


def of_people(scopes: Iterable[str]) -> list[ResourceScope]:
    """Ours are read on behalf of a person; ``system/`` is for servers without one."""
    found = (parse(scope) for scope in scopes)
    return [scope for scope in found if scope is not None and scope.level != "system"]


def _is_granted(asked: str, have: list[str], parsed: list[ResourceScope]) -> bool:
    wanted = parse(asked)
    if asked in have or wanted is None:
        return asked in have
    return all(
        any(
            # A server's scope says nothing of a person's, nor the other way round.
            (scope.level == "system") is (wanted.level == "system")
            and scope.covers(wanted.resource_type, letter)
            and scope.admits(wanted.filters)
            for scope in parsed
        )
        for letter in wanted.letters
    )


def _same(mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    """Whether a granted ``category=system|code`` holds what a search for ``code`` is after.

    An EHR writes the system out and a search may leave it out; two different systems differ.
    """
    if mine[0] != theirs[0]:
        return False
    (system, code), (other_system, other_code) = _token(mine[1]), _token(theirs[1])
    return code == other_code and (not system or not other_system or system == other_system)


def _token(value: str) -> tuple[str, str]:
    system, bar, code = value.rpartition("|")
    return (system, code) if bar else ("", value)
