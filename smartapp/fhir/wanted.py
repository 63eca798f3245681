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
    listed = concepts if isinstance(concepts, list) else [concepts]
    codings = [
        coding
        for concept in listed
        if isinstance(concept, dict) and isinstance(concept.get("coding"), list)
        for coding in concept["coding"]
        if isinstance(coding, dict)
    ]
    return {str(coding["code"]).lower() for coding in codings if coding.get("code")}
