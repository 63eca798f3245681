"""The two grammars of SMART scopes. What does not parse grants nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Interaction = Literal["read", "search"]

_LETTERS: dict[Interaction, str] = {"read": "r", "search": "s"}
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
    restricted: bool = False  # to a subset, by a v2 query such as ?category=laboratory

    def covers(self, resource_type: str, letter: str) -> bool:
        """Tell whether this scope speaks of that interaction on that type."""
        return self.resource_type in {"*", resource_type} and letter in self.letters


def parse(scope: str) -> ResourceScope | None:
    """Read one resource scope; ``None`` for ``openid`` and its like, and for what is malformed."""
    match = _SHAPE.fullmatch(scope)
    if match is None:
        return None
    letters = _V1[match["v1"]] if match["v1"] else match["v2"]
    return ResourceScope(match["level"], match["type"], letters, restricted=bool(match["query"]))


def allows(granted: str, resource_type: str, interaction: Interaction) -> bool:
    """Tell whether the granted scopes let us read or search a type, perhaps only a part of it."""
    letter = _LETTERS[interaction]
    return any(scope.covers(resource_type, letter) for scope in _resource_scopes(granted.split()))


def withheld(asked: str, granted: str) -> tuple[str, ...]:
    """Return the scopes asked for that were not granted, or only for a subset, as they were asked.

    ``patient/Observation.read`` is whole when ``patient/Observation.rs`` was granted: EHRs answer
    in the other grammar.
    """
    have = granted.split()
    whole = [scope for scope in _resource_scopes(have) if not scope.restricted]
    return tuple(scope for scope in asked.split() if not _is_granted(scope, have, whole))


def _is_granted(asked: str, have: list[str], whole: list[ResourceScope]) -> bool:
    wanted = parse(asked)
    if asked in have or wanted is None:
        return asked in have
    return all(
        any(scope.covers(wanted.resource_type, letter) for scope in whole)
        for letter in wanted.letters
    )


def _resource_scopes(scopes: Iterable[str]) -> list[ResourceScope]:
    """Ours are read on behalf of a person; ``system/`` is for servers without one."""
    found = (parse(scope) for scope in scopes)
    return [scope for scope in found if scope is not None and scope.level != "system"]
