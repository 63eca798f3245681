"""Vaccines given, and vaccines not given."""

from collections.abc import Sequence

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import ImmunizationFact, ToolName
from recommendations.clinical.tool import (
    Choice,
    Filter,
    Resource,
    Tool,
    name_and_codings,
    since,
    standing,
)
from smartapp.fhir.results import Concept

_CAP = 30


def build(resource: Resource) -> ImmunizationFact:
    """An Immunization; ``status`` tells whether it was given."""
    raw = resource.raw
    name, codes = name_and_codings(fhir_json.item(raw, "vaccineCode"), missing="no vaccine")
    protocol = fhir_json.item(raw, "protocolApplied")
    return ImmunizationFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=fhir_json.string(raw, "status"),
        occurred=fhir_json.date(raw, "occurrenceDateTime"),
        dose_number=fhir_json.string(protocol, "doseNumberPositiveInt")
        or fhir_json.string(protocol, "doseNumberString"),
    )


def choose(facts: Sequence[ImmunizationFact], given: Filter) -> Choice:
    """Newest first."""
    dated = since(standing(facts), given.since, lambda fact: fact.occurred)
    return Choice(facts=dated[: given.limit or _CAP], total=len(dated))


TOOL = Tool(
    name=ToolName.IMMUNIZATIONS,
    description="Immunizations, newest first: vaccine, date, status (completed, not-done).",
    arguments=Filter,
    concepts=(Concept.IMMUNIZATIONS,),
    prefix="imm",
    build=build,
    choose=choose,
    when=lambda fact: fact.occurred,
)
