"""What an EHR's CapabilityStatement says it can do, read with suspicion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smartapp.checking.errors import CheckRefused
from smartapp.checking.public import Answer

_VERSIONS = ("4.0.", "4.3.")


@dataclass(frozen=True, slots=True)
class TypeSays:
    """One resource type. ``params`` is ``None`` where the statement lists none at all."""

    interactions: frozenset[str]
    params: frozenset[str] | None
    includes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Capability:
    """The statement, as far as we have a use for it."""

    fhir_version: str
    types: dict[str, TypeSays]


def capability_of(answer: Answer) -> Capability:
    """Read an answer of ``/metadata``; raise :class:`CheckRefused`."""
    if answer.status == 0 or answer.status >= 500 or answer.status == 429:
        raise CheckRefused("ehr_unavailable")
    body = answer.body
    if answer.status != 200 or not isinstance(body, dict):
        raise CheckRefused("capability_unreadable")
    if body.get("resourceType") != "CapabilityStatement":
        raise CheckRefused("capability_unreadable")
    version = body.get("fhirVersion")
    if not isinstance(version, str) or not version.startswith(_VERSIONS):
        raise CheckRefused("fhir_version_unsupported")
    return Capability(version[:20], dict(_types(body)))


def _types(body: dict[str, Any]) -> Iterator[tuple[str, TypeSays]]:
    for rest in _dicts(body.get("rest")):
        if rest.get("mode") not in {None, "server"}:
            continue
        for resource in _dicts(rest.get("resource")):
            kind = resource.get("type")
            if isinstance(kind, str):
                yield kind, _says(resource)


def _says(resource: dict[str, Any]) -> TypeSays:
    params = [each.get("name") for each in _dicts(resource.get("searchParam"))]
    includes = resource.get("searchInclude")
    return TypeSays(
        frozenset(str(each.get("code")) for each in _dicts(resource.get("interaction"))),
        frozenset(each for each in params if isinstance(each, str)) if params else None,
        frozenset(
            each
            for each in (includes if isinstance(includes, list) else [])
            if isinstance(each, str)
        ),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
