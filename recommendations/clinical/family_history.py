"""Conditions of relatives; never the patient's own."""

from collections.abc import Sequence

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import FamilyHistoryFact
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Choice,
    Filter,
    Resource,
    Tool,
    Unusable,
    first,
    since,
    standing,
)
from smartapp.fhir.results import Concept

_CAP = 30


def build(resource: Resource) -> FamilyHistoryFact:
    """A FamilyMemberHistory: one relative. The relative's own name stays home."""
    raw = resource.raw
    relationship = fhir_json.words(fhir_json.item(raw, "relationship"))
    if not relationship:
        raise Unusable("no relationship")
    found = (fhir_json.words(fhir_json.item(c, "code")) for c in fhir_json.items(raw, "condition"))
    return FamilyHistoryFact(
        handle="",
        source=resource.source,
        name=relationship,
        codings=tuple(
            coding
            for condition in fhir_json.items(raw, "condition")
            for coding in fhir_json.codings(fhir_json.item(condition, "code"))
        ),
        status=fhir_json.string(raw, "status"),
        recorded=fhir_json.date(raw, "date"),
        relationship=relationship,
        conditions=tuple(filter(None, found)),
    )


def choose(facts: Sequence[FamilyHistoryFact], given: Filter) -> Choice:
    """Each relative of whom something is recorded."""
    dated = since(standing(facts), given.since, lambda fact: fact.recorded)
    return first(dated, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.FAMILY_HISTORY,
    description="Conditions of relatives: relationship and conditions.",
    arguments=Filter,
    concepts=(Concept.FAMILY_HISTORY,),
    prefix="fam",
    build=build,
    choose=choose,
)
