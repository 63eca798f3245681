"""SMART scopes, v1 ``patient/Observation.read`` and v2 ``patient/Observation.rs?category=…``.

A scope that does not parse is no scope: it grants nothing and is granted to nobody.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from sandbox.oauth.access import Grant

Interaction = Literal["read", "search", "create", "update", "delete"]

# Scopes that are not about a kind of resource.
PLAIN = frozenset(
    {
        "openid",
        "fhirUser",
        "profile",
        "launch",
        "launch/patient",
        "launch/encounter",
        "offline_access",
        "online_access",
    }
)
_SHAPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<resource>\*|[A-Z][A-Za-z]+)\."
    r"(?:(?P<v1>read|write|\*)|(?P<v2>(?=[cruds])c?r?u?d?s?)(?:\?(?P<query>\S+))?)"
)
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_LETTER: dict[Interaction, str] = {
    "create": "c",
    "read": "r",
    "update": "u",
    "delete": "d",
    "search": "s",
}


@dataclass(frozen=True, slots=True)
class ResourceScope:
    """One parsed scope: who, what, which of c r u d s, and for which subset (name, value pairs)."""

    level: str
    resource: str
    letters: str
    version: int
    filters: tuple[tuple[str, str], ...] = ()

    def covers(self, resource_type: str, interaction: Interaction) -> bool:
        """Whether this scope speaks of that interaction on that type."""
        return self.resource in ("*", resource_type) and _LETTER[interaction] in self.letters


def parse(scope: str) -> ResourceScope | None:
    """Read one resource scope; None for a plain scope or anything malformed."""
    match = _SHAPE.fullmatch(scope)
    if match is None:
        return None
    v1 = match["v1"]
    return ResourceScope(
        level=match["level"],
        resource=match["resource"],
        letters=_V1[v1] if v1 else match["v2"],
        version=1 if v1 else 2,
        filters=tuple(parse_qsl(match["query"] or "", keep_blank_values=True)),
    )


def resource_scopes(scopes: Iterable[str]) -> list[ResourceScope]:
    """Every resource scope in a list of scopes, in no particular order."""
    return [parsed for scope in scopes if (parsed := parse(scope))]


def allows(grant: "Grant", resource_type: str, interaction: Interaction) -> bool:
    """Whether any granted scope speaks of this; ``restrictions`` tells what may narrow it."""
    return any(s.covers(resource_type, interaction) for s in resource_scopes(grant.scopes))


def restrictions(
    grant: "Grant", resource_type: str, interaction: Interaction
) -> list[tuple[tuple[str, str], ...]] | None:
    """The search filters of which a resource must match at least one; None when all are open.

    An empty list means that no scope allows the interaction at all.
    """
    found = [s for s in resource_scopes(grant.scopes) if s.covers(resource_type, interaction)]
    if any(not s.filters for s in found):
        return None
    return [s.filters for s in found]


def patient_bound(grant: "Grant", resource_type: str, interaction: Interaction) -> bool:
    """Whether only ``patient/`` scopes allow this: one patient's resources are then the limit."""
    found = [s for s in resource_scopes(grant.scopes) if s.covers(resource_type, interaction)]
    return all(s.level == "patient" for s in found)


def as_v1(scope: ResourceScope) -> list[str]:
    """The v1 scopes nearest to a v2 one: r or s is read, c, u or d is write, filters are lost."""
    verbs = []
    if set(scope.letters) & set("rs"):
        verbs.append("read")
    if set(scope.letters) & set("cud"):
        verbs.append("write")
    return [f"{scope.level}/{scope.resource}.{verb}" for verb in verbs]
