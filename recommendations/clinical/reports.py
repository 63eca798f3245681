"""Laboratory reports: what was asked for, and whether it is final. Results are observations."""

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import PartialDate, ReportFact
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Filter, Resource, Tool, name_and_codings, newest_first
from smartapp.fhir.results import Concept

_CAP = 20


def build(resource: Resource) -> ReportFact:
    """A DiagnosticReport, without its text: that is a note's business."""
    raw = resource.raw
    name, codes = name_and_codings(fhir_json.item(raw, "code"), missing="no name")
    return ReportFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=fhir_json.string(raw, "status"),
        effective=fhir_json.date(raw, "effectiveDateTime", "effectivePeriod"),
        recorded=fhir_json.date(raw, "issued"),
    )


def _when(fact: ReportFact) -> PartialDate | None:
    return fact.effective or fact.recorded


TOOL = Tool(
    name=ToolName.REPORTS,
    description="Laboratory reports, newest first: name, date, status (registered, final, ...).",
    arguments=Filter,
    concepts=(Concept.REPORTS,),
    prefix="rep",
    build=build,
    choose=newest_first(_CAP, _when),
    when=_when,
)
