"""Procedures done, planned or not done, as their status says."""

from recommendations.clinical import body, fhir_json
from recommendations.clinical.facts import PartialDate, ProcedureFact
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Filter, Resource, Tool, name_and_codings, newest_first
from smartapp.fhir.results import Concept

_CAP = 20


def build(resource: Resource) -> ProcedureFact:
    """A Procedure."""
    raw = resource.raw
    name, codes = name_and_codings(fhir_json.item(raw, "code"), missing="no name")
    return ProcedureFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=fhir_json.string(raw, "status"),
        performed=fhir_json.date(raw, "performedDateTime", "performedPeriod"),
        body_site=body.site(raw),
        laterality=body.side(raw, name),
    )


def _when(fact: ProcedureFact) -> PartialDate | None:
    return fact.performed


TOOL = Tool(
    name=ToolName.PROCEDURES,
    description="Procedures, newest first: name, date, status, body site and side.",
    arguments=Filter,
    concepts=(Concept.PROCEDURES,),
    prefix="proc",
    build=build,
    choose=newest_first(_CAP, _when),
    when=_when,
)
