"""Laboratory results, with their ranges and trends."""

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

_TESTS = 25


class LabArguments(Arguments):
    """Which results."""

    names: list[Term] | None = Field(None, max_length=10, description='Tests, as "creatinine".')
    codes: list[Term] | None = Field(None, max_length=10, description="LOINC codes.")
    since: Day | None = Field(None, description="Only on or after this date.")
    limit: Limit | None = Field(None, description="Newest values of each test; else 1, or 5.")


def build(resource: Resource) -> ObservationFact:
    """A laboratory Observation."""
    return observations.build(resource, "laboratory")


def choose(facts: Sequence[ObservationFact], given: LabArguments) -> Choice:
    """The newest of each test, those out of range first; more of each where tests are named."""
    terms = [*(given.names or ()), *(given.codes or ())]
    each = given.limit or (5 if terms else 1)
    return observations.newest(facts, terms=terms, after=given.since, each=each, most=_TESTS)


TOOL = Tool(
    name=ToolName.LABS,
    description=(
        "Laboratory results with unit, time, reference range and trend. Without arguments: the "
        "newest value of each test, those out of range first. Name tests to see earlier values."
    ),
    arguments=LabArguments,
    concepts=(Concept.LABS,),
    prefix="lab",
    build=build,
    choose=choose,
    when=lambda fact: fact.effective,
)
