"""What every clinical tool is: one file, one shape.

A tool turns one resource into one fact (``build``) and says which facts answer a call
(``choose``). Reading, handles, gaps and completeness are the same for all: see ``reading``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import (
    Coding,
    Fact,
    FactBase,
    ImmunizationFact,
    PartialDate,
    ProcedureFact,
    ReportFact,
    Source,
)
from recommendations.clinical.results import Gap, ToolName, Trend
from smartapp.fhir.results import Concept, Fetched

Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", description="YYYY-MM-DD")]
Term = Annotated[str, Field(min_length=1, max_length=100)]
Limit = Annotated[int, Field(ge=1, le=50)]
WITHDRAWN = "entered-in-error"

F = TypeVar("F", bound=FactBase)
Dated = TypeVar("Dated", ImmunizationFact, ProcedureFact, ReportFact)


class Arguments(BaseModel):
    """What a model may ask of a tool; nothing else is accepted, least of all a patient."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Filter(Arguments):
    """Arguments of a tool with nothing but a date and a number of rows to choose."""

    since: Day | None = Field(None, description="Only on or after this date.")
    limit: Limit | None = Field(None, description="At most this many, newest first.")


class Unusable(ValueError):
    """A resource that no fact can be made of; it becomes a gap, never a silence."""


class NotAFact(Exception):
    """A resource that says no more than that nothing was recorded; ``words`` tell it."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__()


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource to make a fact of, with what it needs from elsewhere.

    ``referred`` finds a resource that came along with the search (an order's Medication);
    ``masked`` takes the patient's identifiers out of free text.
    """

    fetched: Fetched
    concept: Concept
    as_of: str  # YYYY-MM-DD
    referred: Callable[[str], dict[str, Any]]
    masked: Callable[[str], str]

    @property
    def raw(self) -> dict[str, Any]:
        """The resource as the EHR sent it."""
        return self.fetched.raw

    @property
    def source(self) -> Source:
        """What a citation of the fact points to."""
        f = self.fetched
        return Source(resource_type=f.resource_type, resource_id=f.id, version=f.version)

    def free_text(self, raw: object, key: str, limit: int = 300) -> str:
        """A string that a person typed, without the patient's identifiers."""
        return self.masked(fhir_json.string(raw, key, limit=limit))


@dataclass(frozen=True, slots=True)
class Choice:
    """The facts that answer a call, of how many, and how they move.

    ``left`` are those that answer it too, and for which there was no room.
    """

    facts: Sequence[Fact] = ()
    left: Sequence[Fact] = ()
    total: int = 0
    trends: Sequence[Trend] = ()
    gaps: Sequence[Gap] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """One clinical tool."""

    name: ToolName
    description: str
    arguments: type[Arguments]
    concepts: tuple[Concept, ...]
    prefix: str  # of its handles
    build: Callable[[Resource], Fact]
    choose: Callable[[Sequence[Any], Any], Choice]
    opens: bool = False  # its facts' texts are fetched one by one, when chosen
    when: Callable[[Any], PartialDate | None] = field(default=lambda fact: fact.recorded)

    @property
    def schema(self) -> dict[str, Any]:
        """The arguments as JSON schema."""
        return self.arguments.model_json_schema()


def first(found: Sequence[Fact], most: int) -> Choice:
    """The first ``most`` of what answers a call."""
    return Choice(facts=found[:most], left=found[most:], total=len(found))


def name_and_codings(concept: object, *, missing: str) -> tuple[str, tuple[Coding, ...]]:
    """The chart's own name of something, and its codes; :class:`Unusable` without a name."""
    name = fhir_json.words(concept)
    if not name:
        raise Unusable(missing)
    return name, fhir_json.codings(concept)


def standing(facts: Iterable[F]) -> list[F]:
    """Those that were not entered in error."""
    return [
        fact for fact in facts if WITHDRAWN not in (fact.status, getattr(fact, "verification", ""))
    ]


def since(facts: Iterable[F], day: str | None, when: Callable[[F], PartialDate | None]) -> list[F]:
    """Those of ``day`` or later; one without a date stays, for it may be of any day."""
    if day is None:
        return list(facts)
    return [f for f in facts if (found := when(f)) is None or found.day >= day[: len(found.day)]]


def newest_first(
    most: int, when: Callable[[Dated], PartialDate | None]
) -> Callable[[Sequence[Dated], Filter], Choice]:
    """How a tool chooses that has but a :class:`Filter`: from its day on, at most ``most``."""

    def choose(facts: Sequence[Dated], given: Filter) -> Choice:
        dated = since(standing(facts), given.since, when)
        return first(dated, given.limit or most)

    return choose


def matches(fact: FactBase, terms: Sequence[str]) -> bool:
    """Whether any of ``terms`` is part of the fact's name or one of its displays, or is a code."""
    names = [fact.name.lower(), *(c.display.lower() for c in fact.codings)]
    codes = {c.code.lower() for c in fact.codings if c.code}
    wanted = [t.lower().strip() for t in terms]
    return any(t in codes or any(t in name for name in names) for t in wanted)
