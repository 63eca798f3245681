"""From concepts to the requests they cost at one vendor, which is what its scopes must allow."""

from collections.abc import Iterable, Iterator

from smartapp.fhir.results import Concept
from smartapp.fhir.vendors.concepts import ConceptQuery, Search, Unsupported
from smartapp.fhir.vendors.profiles import Profile
from smartapp.scopes import (
    Need,
    Offer,
    Syntax,
    ToolUse,
    covered,
    registered,
    smallest,
    tools_of,
)
from smartapp.scopes.grammar import Filters

# The element that is followed, and the type it leads to.
_REFERRED = {"medicationReference": "Medication"}
# Where the text of a type is kept, when it is not inline.
_KEPT_IN = {"DocumentReference": "Binary"}
# Parameters that a granular scope may be bound to: SMART names no other, and a date is no subset.
_FILTERS = ("category",)


def needs_of_concept(profile: Profile, concept: Concept) -> frozenset[Need]:
    """Return what must be allowed for one concept to be read whole; empty where it cannot be."""
    asks = profile.concepts[concept]
    if isinstance(asks, Unsupported):
        return frozenset()
    needs = {Need(asks.type, asks.interaction, filters) for filters in filters_of(asks)}
    needs |= {Need(_REFERRED[each], "read") for each in asks.resolve if each in _REFERRED}
    if asks.type in _KEPT_IN:
        needs.add(Need(_KEPT_IN[asks.type], "read"))
    needs |= {Need(each.partition(":")[0], "read") for each in asks.revinclude}
    needs |= set(_needs_of_fallbacks(asks))
    return frozenset(needs)


def _needs_of_fallbacks(asks: ConceptQuery) -> Iterator[Need]:
    """Another type needs its own scope; the same type is never asked for more widely."""
    for fallback in asks.fallback:
        search = fallback.search
        if search is None or search.type == asks.type or fallback.scope == "if_granted":
            continue
        for filters in filters_of(search):
            yield Need(search.type, "search", filters)
        if search.items is not None:
            yield Need(search.items, "read")


def needs_of_tool(profile: Profile, tool: ToolUse) -> frozenset[Need]:
    """Return what one tool needs at this vendor."""
    known = {each.value: each for each in Concept}
    found = set(tool.asks)
    for name in tool.concepts:
        found |= needs_of_concept(profile, known[name])
    return frozenset(found)


def needs_of_tools(profile: Profile, tools: Iterable[ToolUse]) -> frozenset[Need]:
    """Return what several tools need together."""
    return frozenset(need for tool in tools for need in needs_of_tool(profile, tool))


def tools_short(
    profile: Profile, tools: Iterable[ToolUse], granted: str
) -> dict[ToolUse, tuple[str, ...]]:
    """Return the tools that the granted scopes leave without something, and without what types."""
    have = granted.split()
    short = {}
    for tool in tools:
        lacking = {need for need in needs_of_tool(profile, tool) if not covered(need, have)}
        if lacking:
            short[tool] = tuple(sorted({need.resource_type for need in lacking}))
    return short


def filters_of(asks: Search) -> list[Filters]:
    """Return, for each search that a concept costs, the filters a granular scope may hold it by."""
    found = ((name, asks.params[name]) for name in _FILTERS if name in asks.params)
    # A list of values is no single subset.
    own = {(name, value) for name, value in found if "," not in value}
    if asks.fan_out is None or asks.fan_out.param not in _FILTERS:
        return [tuple(sorted(own))]
    return [tuple(sorted({*own, (asks.fan_out.param, value)})) for value in asks.fan_out.values]


def usual_resources(
    profile: Profile, *, syntax: Syntax | None = None, offer: Offer | None = None
) -> tuple[str, ...]:
    """Return the smallest set of resource scopes for what all workflows need at this vendor.

    ``syntax`` is the profile's where none is given; ``offer`` is what the EHR lists, if known.
    """
    needs = needs_of_tools(profile, tools_of(registered()).values())
    return smallest(needs, syntax or profile.scope_syntax, offer)
