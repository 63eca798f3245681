"""The problem list and the diagnoses of visits."""

from collections.abc import Sequence

from pydantic import Field

from recommendations.clinical import body, fhir_json
from recommendations.clinical.facts import ConditionFact, PartialDate
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Arguments,
    Choice,
    Limit,
    Resource,
    Term,
    Tool,
    first,
    matches,
    name_and_codings,
    standing,
)
from smartapp.fhir.results import Concept

ACTIVE = ("active", "recurrence", "relapse", "")
_CAP = 50


class DiagnosisArguments(Arguments):
    """Which problems and diagnoses."""

    names: list[Term] | None = Field(None, max_length=10, description="Conditions to look for.")
    active_only: bool = Field(default=False, description="Leave out resolved and inactive ones.")
    limit: Limit | None = Field(None, description="At most this many.")


def build(resource: Resource) -> ConditionFact:
    """A Condition."""
    raw = resource.raw
    name, codes = name_and_codings(fhir_json.item(raw, "code"), missing="no name")
    return ConditionFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=fhir_json.code(fhir_json.item(raw, "clinicalStatus")),
        category=_category(raw, resource.concept),
        verification=fhir_json.code(fhir_json.item(raw, "verificationStatus")),
        onset=fhir_json.date(raw, "onsetDateTime", "onsetPeriod"),
        abatement=fhir_json.date(raw, "abatementDateTime", "abatementPeriod"),
        recorded=fhir_json.date(raw, "recordedDate"),
        severity=fhir_json.words(fhir_json.item(raw, "severity")),
        body_site=body.site(raw),
        laterality=body.side(raw, name),
    )


def _category(raw: dict[str, object], concept: Concept) -> str:
    # Oracle Health answers a search by encounter with the whole problem list: its own category
    # says what a Condition is, not the search that found it.
    codes = {fhir_json.code(c) for c in fhir_json.items(raw, "category")}
    for known in ("problem-list-item", "encounter-diagnosis", "health-concern"):
        if known in codes:
            return known
    return "problem-list-item" if concept is Concept.PROBLEMS else "encounter-diagnosis"


def when(fact: ConditionFact) -> PartialDate | None:
    """Onset, else the day it was recorded."""
    return fact.onset or fact.recorded


def choose(facts: Sequence[ConditionFact], given: DiagnosisArguments) -> Choice:
    """Active problems, then active diagnoses, then the rest; newest first in each."""
    found = standing(facts)
    if given.active_only:
        found = [f for f in found if f.status in ACTIVE]
    if given.names:
        found = [f for f in found if matches(f, given.names)]
    found.sort(key=lambda f: (f.status not in ACTIVE, f.category != "problem-list-item"))
    return first(found, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.DIAGNOSES,
    description=(
        "Problem list and visit diagnoses: name, clinical status, verification (confirmed, "
        "unconfirmed, refuted), onset, side. Active problems first."
    ),
    arguments=DiagnosisArguments,
    concepts=(Concept.PROBLEMS, Concept.ENCOUNTER_DIAGNOSES),
    prefix="cond",
    build=build,
    choose=choose,
    when=when,
)
