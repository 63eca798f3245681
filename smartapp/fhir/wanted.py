"""Of what an EHR sends, what was asked for: where its search cannot be narrowed."""

from smartapp.fhir.results import Fetched
from smartapp.fhir.vendors.concepts import Search


def is_wanted(resource: Fetched, only: dict[str, tuple[str, ...]]) -> bool:
    """Whether each element has one of the codes, or none at all, which excludes nothing."""
    for element, codes in only.items():
        held = _codes(resource.raw.get(element))
        if held and not held & {code.lower() for code in codes}:
            return False
    return True


def passed_over_by(asks: Search) -> tuple[str, ...]:
    """The search's own parameters that an EHR passed over which sent what is not wanted."""
    asked = {*asks.params, *([asks.fan_out.param] if asks.fan_out else [])}
    return tuple(sorted(asked & asks.only.keys()))


def _codes(concepts: object) -> set[str]:
    """The codes given, in lower case; none where one is unreadable, for it may be the wanted."""
    codings = [
        coding
        for concept in _listed(concepts)
        if isinstance(concept, dict)
        for coding in _listed(concept.get("coding"))
    ]
    codes = [coding.get("code") for coding in codings if isinstance(coding, dict)]
    given = [code for code in codes if code]
    readable = len(codes) == len(codings) and all(isinstance(code, str) for code in given)
    return {str(code).lower() for code in given} if readable else set()


def _listed(given: object) -> list[object]:
    if isinstance(given, list):
        return given
    return [] if given is None else [given]
