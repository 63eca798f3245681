"""What a reading of the chart returns: resources, and what is missing, because of what."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be read. ``detail`` is free of PHI."""

    concept: Concept
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One resource as it was read."""

    resource_type: str
    id: str
    version: str  # meta.versionId, or "sha256:…" over the content where the EHR sends none
    raw: dict[str, Any]
    model: Any  # the fhirclient model, parsed leniently
    warnings: tuple[str, ...] = ()  # data-quality problems, without values

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.resource_type}/{self.id}"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """All that one concept gave."""

    concept: Concept
    resources: tuple[Fetched, ...] = ()
    missing: tuple[Missing, ...] = ()
    total: int | None = None  # where the EHR tells it
    read_at: datetime | None = None
    included: dict[str, Fetched] = field(default_factory=dict)  # by reference, e.g. Medication/1

    @property
    def complete(self) -> bool:
        """Whether absence here means absence in the chart."""
        return not self.missing
