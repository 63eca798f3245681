"""Vital signs; a blood pressure is one fact with two components."""

from collections.abc import Sequence

from pydantic import Field

from recommendations.clinical import observations
from recommendations.clinical.facts import ObservationFact
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import (
    Arguments,
    Choice,
    Day,
    Limit,
    Resource,
    Term,
    Tool,
)
from smartapp.fhir.results import Concept

_SIGNS = 15


class VitalArguments(Arguments):
    """Which signs."""

    names: list[Term] | None = Field(None, max_length=10, description='As "blood pressure".')
    since: Day | None = Field(None, description="Only on or after this date.")
    limit: Limit | None = Field(None, description="Newest values of each sign; else 2, or 5.")


def build(resource: Resource) -> ObservationFact:
    """A vital-signs Observation."""
    return observations.build(resource, "vital-signs")


def choose(facts: Sequence[ObservationFact], given: VitalArguments) -> Choice:
    """The newest of each sign; more of each where signs are named."""
    terms = given.names or ()
    each = given.limit or (5 if terms else 2)
    return observations.newest(facts, terms=terms, after=given.since, each=each, most=_SIGNS)


TOOL = Tool(
    name=ToolName.VITALS,
    description=(
        "Vital signs with unit and time: blood pressure (systolic and diastolic as components), "
        "pulse, weight, oxygen saturation, temperature. Without arguments: the two newest of each."
    ),
    arguments=VitalArguments,
    concepts=(Concept.VITALS,),
    prefix="vit",
    build=build,
    choose=choose,
    when=lambda fact: fact.effective,
)
