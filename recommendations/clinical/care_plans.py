"""Care plans. Oracle Health has their activities only in the narrative."""

from collections.abc import Iterator, Sequence

from recommendations.clinical import fhir_json, untrusted
from recommendations.clinical.facts import CarePlanFact
from recommendations.clinical.nesting import reach
from recommendations.clinical.note_text import html_text
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Choice, Filter, Resource, Tool, first, since, standing
from smartapp.fhir.results import Concept

_CAP = 10
_NARRATIVE = 2_000
_ACTIVITIES = 20
_KINDS = {"assess-plan", "38717003", "734163000", "736271009", "736353004"}  # of every plan


def build(resource: Resource) -> CarePlanFact:
    """A CarePlan, named by its title, else by a category that says what it is about."""
    raw = resource.raw
    div = fhir_json.item(raw, "text").get("div")
    narrative = _narrative(div) if isinstance(div, str) else ""
    period = fhir_json.item(raw, "period")
    activities, more = fhir_json.some(
        list(dict.fromkeys(_activities(raw))), _ACTIVITIES, "of its activities"
    )
    return CarePlanFact(
        handle="",
        source=resource.source,
        name=fhir_json.string(raw, "title") or _category(raw) or "Care plan",
        status=fhir_json.string(raw, "status"),
        start=fhir_json.date(period, "start"),
        end=fhir_json.date(period, "end"),
        recorded=fhir_json.date(raw, "created"),
        activities=tuple(resource.masked(activity) for activity in activities),
        text=resource.masked(untrusted.cut(narrative, _NARRATIVE)),
        warnings=more,
    )


def _narrative(div: str) -> str:
    parsed = reach(div)
    return untrusted.block(html_text(div[:parsed])) + ("\n…" if parsed < len(div) else "")


def _category(raw: dict[str, object]) -> str:
    for concept in fhir_json.items(raw, "category"):
        if not {c.code for c in fhir_json.codings(concept)} & _KINDS:
            return fhir_json.words(concept)
    return ""


def _activities(raw: dict[str, object]) -> Iterator[str]:
    for activity in fhir_json.items(raw, "activity"):
        detail = fhir_json.item(activity, "detail")
        said = fhir_json.words(fhir_json.item(detail, "code"))
        said = said or fhir_json.string(detail, "description")
        if said := said or fhir_json.string(fhir_json.item(activity, "reference"), "display"):
            yield said


def choose(facts: Sequence[CarePlanFact], given: Filter) -> Choice:
    """Active plans first, newest first."""
    dated = since(standing(facts), given.since, lambda fact: fact.start)
    dated.sort(key=lambda fact: fact.status != "active")
    return first(dated, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.CARE_PLANS,
    description="Care plans, active ones first: title, status, activities, narrative.",
    arguments=Filter,
    concepts=(Concept.CARE_PLANS,),
    prefix="cp",
    build=build,
    choose=choose,
    when=lambda fact: fact.start,
)
