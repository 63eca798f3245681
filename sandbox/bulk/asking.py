"""The kick-off's parameters, read and refused as each vendor does."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote

from django.http import HttpRequest

from sandbox.bulk.jobs import Conditions, Wish
from sandbox.fhir.errors import FhirError
from sandbox.fhir.search.match import condition
from sandbox.fhir.search.params import PARAMS
from sandbox.personalities import Personality

_FORMATS = {"application/fhir+ndjson", "application/ndjson", "ndjson"}
_KNOWN = {"_type", "_since", "_typeFilter", "_outputFormat"}
# What belongs to no patient is not exported for a group of them, and no vendor exports texts.
_NEVER = {
    "Binary",
    "Group",
    "List",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Location",
    "Person",
}


def wish(request: HttpRequest, group: str, personality: Personality, url: str) -> Wish:
    """Return what a kick-off asks for. Raises FhirError 400."""
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise FhirError(400, "invalid", "Send Prefer: respond-async.")
    if "application/fhir+json" not in request.headers.get("Accept", ""):
        raise FhirError(400, "invalid", "Send Accept: application/fhir+json.")
    strange = set(request.GET) - _KNOWN
    if strange:
        raise FhirError(400, "not-supported", f"Not supported: {', '.join(sorted(strange))}.")
    if request.GET.get("_outputFormat", "ndjson").replace(" ", "+") not in _FORMATS:
        raise FhirError(400, "not-supported", "Only application/fhir+ndjson can be had.")
    types = _types(request, personality)
    return Wish(group, types, _since(request), _filters(request, types), url)


def _types(request: HttpRequest, personality: Personality) -> tuple[str, ...]:
    given = request.GET.getlist("_type")
    if len(given) > 1 and not personality.bulk.repeated_type:
        raise FhirError(400, "invalid", "Send _type once, the types joined by commas.")
    offered = [kind for kind in personality.types if kind not in _NEVER]
    asked = [one for text in given for one in text.split(",") if one]
    unknown = sorted(set(asked) - set(offered))
    if unknown:
        raise FhirError(400, "not-supported", f"Cannot be exported: {', '.join(unknown)}.")
    return tuple(asked or offered)


def _since(request: HttpRequest) -> datetime | None:
    text = request.GET.get("_since")
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or "T" not in text:
        raise FhirError(400, "invalid", "_since is an instant, its plus sign encoded as %2B.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _filters(request: HttpRequest, types: tuple[str, ...]) -> dict[str, list[Conditions]]:
    found: dict[str, list[Conditions]] = {}
    for one in (part for text in request.GET.getlist("_typeFilter") for part in text.split(",")):
        kind, _, query = unquote(one).partition("?")
        if kind not in types or not query:
            raise FhirError(400, "invalid", "_typeFilter is Type?query, of a type asked for.")
        found.setdefault(kind, []).append(_conditions(kind, query))
    return found


def _conditions(kind: str, query: str) -> Conditions:
    conditions = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        param = PARAMS[kind].get(name)
        if param is None:
            raise FhirError(400, "not-supported", f"{kind} cannot be filtered by {name}.")
        conditions.append((param, condition(param, "", value, "")))
    return conditions
