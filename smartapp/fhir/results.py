"""What a reading of the chart returns: resources, and what is missing, because of what."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from smartapp.fhir import resources


class Concept(StrEnum):
    """A clinical kind of data. Vendor profiles say how each EHR is asked for it."""

    PATIENT = "patient"
    PROBLEMS = "problems"
    ENCOUNTER_DIAGNOSES = "encounter_diagnoses"
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
    REPORTS = "reports"
    FAMILY_HISTORY = "family_history"
    ADMINISTRATIONS = "administrations"  # doses given, and due doses that were not
    MESSAGES = "messages"  # between patient and clinic
    REFERRALS = "referrals"  # and other services that were asked for


class Reason(StrEnum):
    """Why something that was asked for is not there."""

    SUPPRESSED = "suppressed"  # the EHR withheld part of it (Epic 59204)
    FORBIDDEN = "forbidden"
    SCOPE_NOT_GRANTED = "scope_not_granted"
    TIMED_OUT = "timed_out"
    THROTTLED = "throttled"
    CUT_OFF = "cut_off"  # more pages exist than were read
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    OTHER_PATIENT = "other_patient"  # dropped: a resource of somebody else
    MERGED = "merged"  # the patient's record is now another one
    LIMIT_REACHED = "limit_reached"  # the EHR answers no more of these today


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be read. ``detail`` is free of PHI."""

    concept: Concept
    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class Fetched:
    """One resource as it was read. Make one with :meth:`of`.

    ``raw`` is the resource's JSON. Numbers with a fraction are ``Decimal``, so that 7.10 stays
    7.10; treat ``int``, ``float`` and ``Decimal`` alike (``Decimal(str(value))``).
    """

    resource_type: str
    id: str
    raw: dict[str, Any] = field(repr=False)  # a repr ends up in tracebacks

    @classmethod
    def of(cls, raw: dict[str, Any]) -> "Fetched":
        """Wrap a resource; raise ``ValueError`` where it has no type or no id."""
        resource_type, resource_id = raw.get("resourceType"), raw.get("id")
        if not isinstance(resource_type, str) or not isinstance(resource_id, str):
            raise ValueError("A resource needs a type and an id.")  # noqa: TRY004 - its content is wrong
        return cls(resource_type, resource_id, raw)

    @cached_property
    def version(self) -> str:
        """``meta.versionId``, or ``sha256:…`` over the content where the EHR sends none."""
        return resources.version_of(self.raw)

    @cached_property
    def parsed(self) -> resources.Parsed:
        """The fhirclient model and its problems, parsed leniently when first asked for."""
        return resources.parse(self.raw)

    @property
    def model(self) -> Any:
        """The fhirclient model, or ``None`` where none can be built; ``raw`` always stands."""
        return self.parsed.model

    @property
    def warnings(self) -> tuple[str, ...]:
        """Data-quality problems, without values: ``"status: missing"``."""
        return self.parsed.warnings

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.resource_type}/{self.id}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A fallback that was taken.

    ``kind``: another search, a proprietary reader, or the resources' own text (``narrative``).
    ``because``: what came before was refused, gave nothing (``empty``), or lacked an element
    (``absent``). ``whole``: what it gives is all there is. ``answered``: it was not refused itself.
    ``count``: resources.
    """

    kind: Literal["search", "reader", "narrative"]
    because: Literal["refused", "empty", "absent"]
    whole: bool
    answered: bool
    count: int


@dataclass(frozen=True, slots=True)
class ReadResult:
    """All that one concept gave."""

    concept: Concept
    resources: tuple[Fetched, ...] = ()
    missing: tuple[Missing, ...] = ()
    total: int | None = None  # where the EHR tells it
    read_at: datetime | None = None
    included: dict[str, Fetched] = field(default_factory=dict)  # by reference, e.g. Medication/1
    fallbacks: tuple[Taken, ...] = ()
    warnings: tuple[str, ...] = ()  # data-quality problems of the answer, without values

    @property
    def complete(self) -> bool:
        """Whether absence here means absence in the chart."""
        return not self.missing
