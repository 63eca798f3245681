"""Visits and stays."""

from collections.abc import Sequence

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import EncounterFact
from recommendations.clinical.reasons import reasons
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Choice, Filter, Resource, Tool, first, since, standing
from smartapp.fhir.results import Concept

_CAP = 15
_NEVER = {"cancelled"}
_CLASSES = {
    "AMB": "ambulatory",
    "IMP": "inpatient",
    "EMER": "emergency",
    "OBSENC": "observation",
    "VR": "virtual",
    "HH": "home health",
    "SS": "short stay",
}


def build(resource: Resource) -> EncounterFact:
    """An Encounter, named by its type, else by its class."""
    raw = resource.raw
    kind = fhir_json.item(raw, "class")
    code = fhir_json.string(kind, "code")
    setting = fhir_json.string(kind, "display") or _CLASSES.get(code, code)
    period = fhir_json.item(raw, "period")
    types = fhir_json.item(raw, "type")
    reason, truncated = reasons(resource)
    return EncounterFact(
        handle="",
        source=resource.source,
        name=fhir_json.words(types) or setting or "Visit",
        codings=fhir_json.codings(types),
        status=fhir_json.string(raw, "status"),
        encounter_class=setting,
        start=fhir_json.date(period, "start"),
        end=fhir_json.date(period, "end"),
        reason=reason,
        truncated=truncated,
        service=fhir_json.words(fhir_json.item(raw, "serviceType")),
    )


def choose(facts: Sequence[EncounterFact], given: Filter) -> Choice:
    """Newest first, without cancelled ones."""
    found = [f for f in standing(facts) if f.status not in _NEVER]
    dated = since(found, given.since, lambda fact: fact.start)
    return first(dated, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.ENCOUNTERS,
    description="Visits and stays, newest first: type, class, status, start, end, reason.",
    arguments=Filter,
    concepts=(Concept.ENCOUNTERS,),
    prefix="enc",
    build=build,
    choose=choose,
    when=lambda fact: fact.start,
)
