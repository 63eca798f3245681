"""Vaccines given, and vaccines not given."""

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import ImmunizationFact, PartialDate
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Filter, Resource, Tool, name_and_codings, newest_first
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


def _when(fact: ImmunizationFact) -> PartialDate | None:
    return fact.occurred


TOOL = Tool(
    name=ToolName.IMMUNIZATIONS,
    description="Immunizations, newest first: vaccine, date, status (completed, not-done).",
    arguments=Filter,
    concepts=(Concept.IMMUNIZATIONS,),
    prefix="imm",
    build=build,
    choose=newest_first(_CAP, _when),
    when=_when,
)
