"""Typed facts, each with its source. The one vocabulary of tools, claims and verification.

A handle (``lab3``) is short, given once per draft, and all that a model ever cites: it cannot
name a resource that was not read. Values are given to the model exactly as they stand here,
rounded once or not at all.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """What is told of a chart: never changed once it is made, and of no other shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """The resource a fact was taken from, and which version of it."""

    resource_type: str
    resource_id: str
    version: str

    @property
    def named(self) -> str:
        """``Type/id/_history/version``, as the trail names it."""
        return f"{self.resource_type}/{self.resource_id}/_history/{self.version}"


class Coding(Frozen):
    """A code with its system, as FHIR's Coding."""

    system: str = ""
    code: str = ""
    display: str = ""


class PartialDate(Frozen):
    """A FHIR date or dateTime with the precision it was given: ``2026``, ``2026-11``, …

    ``text`` is the FHIR string unchanged; compare by its prefix.
    """

    text: str

    @property
    def day(self) -> str:
        """``YYYY-MM-DD``, or less where the chart says less."""
        return self.text[:10]


class Quantity(Frozen):
    """A number as the chart gives it; ``unit`` as shown, ``ucum`` where coded."""

    value: Decimal
    unit: str = ""
    ucum: str = ""
    comparator: Literal["", "<", "<=", ">=", ">", "ad"] = ""


class ReferenceRange(Frozen):
    """The laboratory's own range."""

    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""


class FactBase(Frozen):
    """What every fact has."""

    handle: str
    source: Source
    name: str  # as shown to a clinician, the chart's own words
    codings: tuple[Coding, ...] = ()
    status: str = ""
    recorded: PartialDate | None = None  # when entered, where that differs from when true
    warnings: tuple[str, ...] = ()


class Component(Frozen):
    """A part of a panel, such as the systolic pressure."""

    name: str
    codings: tuple[Coding, ...] = ()
    value: Quantity


class ObservationFact(FactBase):
    """A laboratory result or a vital sign."""

    kind: Literal["observation"] = "observation"
    category: str  # "laboratory" or "vital-signs"
    value: Quantity | None = None
    value_text: str = ""
    components: tuple[Component, ...] = ()
    reference_range: ReferenceRange | None = None
    interpretation: str = ""  # H, L, HH, LL, N, A … (HL7 v3 ObservationInterpretation)
    effective: PartialDate | None = None
    comment: str = ""


class MedicationFact(FactBase):
    """An order, a prescription or a reported home medication; never proof of intake."""

    kind: Literal["medication"] = "medication"
    intent: str = ""
    reported: bool = False
    dosage_text: str = ""
    dose: Quantity | None = None
    strength: str = ""  # "500 mg" as it stands in the drug's name
    route: str = ""
    frequency: str = ""  # normalised words: "twice daily"
    as_needed: bool | None = None
    coded: str = ""  # the coding in words ("5 mg daily"), where the text says otherwise
    differing: tuple[str, ...] = ()  # of "dose", "route", "frequency", "as_needed": what differs
    authored: PartialDate | None = None
    reason: str = ""


class ConditionFact(FactBase):
    """A problem or an encounter's diagnosis. ``status`` is the clinical status."""

    kind: Literal["condition"] = "condition"
    category: str = ""
    verification: str = ""  # confirmed, unconfirmed, refuted, entered-in-error …
    onset: PartialDate | None = None
    abatement: PartialDate | None = None
    severity: str = ""
    body_site: str = ""
    laterality: Literal["", "left", "right", "bilateral"] = ""


class Reaction(Frozen):
    """What happened."""

    manifestation: str
    severity: str = ""


class AllergyFact(FactBase):
    """An allergy or intolerance; ``none_known`` rows say that somebody asked."""

    kind: Literal["allergy"] = "allergy"
    none_known: bool = False
    verification: str = ""
    category: str = ""
    criticality: str = ""
    reactions: tuple[Reaction, ...] = ()
    onset: PartialDate | None = None
    comment: str = ""


class NoteFact(FactBase):
    """A note, or a message. Its text is data written by somebody, never a fact by itself.

    Of messages alone: ``written_by``, and ``replies_to``, the id of the message that it answers.
    """

    kind: Literal["note"] = "note"
    authored: PartialDate | None = None
    author: str = ""
    text: str = ""
    truncated: bool = False
    superseded: bool = False
    written_by: Literal["", "patient", "clinic"] = ""
    replies_to: str = ""


class MessageFact(FactBase):
    """What a patient wrote to the clinic. It tells what is asked, and is no fact of anything."""

    kind: Literal["message"] = "message"
    authored: PartialDate | None = None
    text: str = ""
    truncated: bool = False


class EncounterFact(FactBase):
    """A visit or stay."""

    kind: Literal["encounter"] = "encounter"
    encounter_class: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None
    reason: str = ""  # all of them
    truncated: bool = False  # a reason was left out or cut
    service: str = ""


class AppointmentFact(FactBase):
    """A planned, kept or missed appointment."""

    kind: Literal["appointment"] = "appointment"
    start: PartialDate | None = None
    reason: str = ""  # all of them
    truncated: bool = False  # a reason was left out or cut
    service: str = ""


class ImmunizationFact(FactBase):
    """A vaccine given or not given."""

    kind: Literal["immunization"] = "immunization"
    occurred: PartialDate | None = None
    dose_number: str = ""


class AdministrationFact(FactBase):
    """A dose given, under way, or due and not given, as ``status`` says; ``name`` is the drug."""

    kind: Literal["administration"] = "administration"
    dose: Quantity | None = None
    dosage_text: str = ""
    strength: str = ""  # as an order's
    route: str = ""
    differing: tuple[str, ...] = ()  # of "dose" and "route": what text and coding say otherwise
    start: PartialDate | None = None
    end: PartialDate | None = None  # of an infusion
    reason: str = ""  # why it was not given, held or stopped; else what it was given for


class CarePlanFact(FactBase):
    """A care plan, with its activities in words."""

    kind: Literal["care_plan"] = "care_plan"
    start: PartialDate | None = None
    end: PartialDate | None = None
    activities: tuple[str, ...] = ()
    text: str = ""


class ProcedureFact(FactBase):
    """A procedure done."""

    kind: Literal["procedure"] = "procedure"
    performed: PartialDate | None = None
    body_site: str = ""
    laterality: Literal["", "left", "right", "bilateral"] = ""


class ReportFact(FactBase):
    """A laboratory report: that something was asked for, and how far it is. Never its result."""

    kind: Literal["report"] = "report"
    effective: PartialDate | None = None


class ReferralFact(FactBase):
    """A referral, or another service that was asked for; never that it was done.

    ``reason`` (all of them) and ``text`` are the words of whoever asked; with ``truncated`` some
    were left out or cut.
    """

    kind: Literal["referral"] = "referral"
    intent: str = ""
    priority: str = ""
    is_referral: bool = False
    authored: PartialDate | None = None
    requester: str = ""
    performer: str = ""
    reason: str = ""
    text: str = ""
    truncated: bool = False


class FamilyHistoryFact(FactBase):
    """A condition of a relative; never the patient's own."""

    kind: Literal["family_history"] = "family_history"
    relationship: str = ""
    conditions: tuple[str, ...] = ()


class DemographicsFact(FactBase):
    """Age and sex. No identifier of any kind goes to the model."""

    kind: Literal["demographics"] = "demographics"
    age: int | None = None  # whole years; None where the birth date is unknown
    age_text: str = ""  # "68 years", "7 months", "age unknown"
    sex: str = ""
    deceased: bool = False


Fact = Annotated[
    ObservationFact
    | MedicationFact
    | ConditionFact
    | AllergyFact
    | NoteFact
    | MessageFact
    | EncounterFact
    | AppointmentFact
    | ImmunizationFact
    | AdministrationFact
    | CarePlanFact
    | ProcedureFact
    | ReportFact
    | ReferralFact
    | FamilyHistoryFact
    | DemographicsFact,
    Field(discriminator="kind"),
]
