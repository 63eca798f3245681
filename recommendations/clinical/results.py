"""What a tool answers, and all that one draft's reading keeps of the answers."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from recommendations.clinical.facts import Fact, Frozen


class Gap(Frozen):
    """What could not be read, as carried to clinician and model alike."""

    concept: str
    reason: str
    words: str  # "Outside medications were withheld by the EHR."


class ToolName(StrEnum):
    """The clinical tools, by the name the model calls them."""

    DEMOGRAPHICS = "demographics"
    DIAGNOSES = "diagnoses"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    LABS = "labs"
    VITALS = "vitals"
    NOTES = "notes"
    ENCOUNTERS = "encounters"
    APPOINTMENTS = "appointments"
    IMMUNIZATIONS = "immunizations"
    CARE_PLANS = "care_plans"
    PROCEDURES = "procedures"
    FAMILY_HISTORY = "family_history"
    ADMINISTRATIONS = "administrations"
    COMPLAINT = "complaint"
    REPORTS = "reports"
    MESSAGES = "messages"
    REFERRALS = "referrals"


class Trend(Frozen):
    """How one observation's value moved; computed by code, cites its ends."""

    name: str
    first: str  # handle
    last: str  # handle
    direction: Literal["rising", "falling", "unchanged"]
    count: int
    low: str  # handle of the lowest value
    high: str  # handle of the highest value


class ToolResult(Frozen):
    """What one call of one tool returned."""

    tool: ToolName
    facts: tuple[Fact, ...] = ()
    trends: tuple[Trend, ...] = ()
    gaps: tuple[Gap, ...] = ()
    complete: bool = True  # absence here means absence in the chart
    total: int | None = None
    shown: int | None = None  # where fewer are given than were read
    left: tuple[str, ...] = ()  # handles of those that answer too, and had no room


class LeftOut(Frozen):
    """What a section of a draft does not tell, though it was read and belongs there."""

    section: str
    what: str  # "5 more active problems"
    handles: tuple[str, ...]


class Addressed(Frozen):
    """A passage of a fact's text that is addressed to software: told to the clinician, not obeyed.

    ``field`` is the place in the fact ("comment", "reactions.0.manifestation"); ``rules`` are the
    names of ``recommendations.clinical.addressed.RULES``. Characters from ``start`` to ``end``.
    """

    handle: str
    field: str
    start: int
    end: int
    rules: tuple[str, ...]


class ReadingSnapshot(Frozen):
    """All that one draft read: kept sealed with the draft, and what its citations resolve to."""

    as_of: str  # ISO instant
    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    searched: dict[str, bool] = Field(default_factory=dict)  # concept → read completely
    left_out: tuple[LeftOut, ...] = ()  # by a drafter that counts; a model chooses
    addressed: tuple[Addressed, ...] = ()  # passages that give orders to software
    given: str = ""  # what came with the request, as a model is told it
