"""Typed claims: what a statement asserts, in a form that code can hold against the chart.

A draft is a list of statements in sections. Each statement carries one to four claims; each
claim names the fact it rests on by the handle a tool gave it. A model fills these in; a claim
that names an unknown handle, or says other than its fact says, does not stand.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from recommendations.clinical.fhir_json import beyond_measure

Handle = Annotated[str, Field(pattern=r"^[a-z]{2,5}[0-9]{1,4}$")]
ShortText = Annotated[str, Field(max_length=300)]
LongText = Annotated[str, Field(max_length=1000)]


_ENDS = re.compile(r" *[\r\n\t]+ *")


def _one_line(value: Any) -> Any:
    """A quotation that runs over lines of its note is copied with their ends: these are spaces."""
    return _ENDS.sub(" ", value) if isinstance(value, str) else value


OneLine = BeforeValidator(_one_line)


def _measurable(value: Any) -> Any:
    """Written out, 1e99999999 would fill the memory; as a whole number it is never done."""
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        if number.is_finite() and beyond_measure(number):
            raise ValueError("No patient has such a number.")
    return value


Measurable = BeforeValidator(_measurable)
Number = Annotated[Decimal, Measurable]
Whole = Annotated[int, Measurable]


class _Claim(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class ObservationClaim(_Claim):
    """A result: its value, unit and time as the chart gives them."""

    kind: Literal["observation"] = "observation"
    ref: Handle
    name: ShortText
    value: Number | None = None
    value_text: ShortText = ""
    unit: ShortText = ""
    when: ShortText = ""  # YYYY-MM-DD, or less
    role: Literal["", "last", "first", "highest", "lowest"] = ""
    versus_range: Literal["", "above", "within", "below"] = ""


class BloodPressureClaim(_Claim):
    """Systolic over diastolic."""

    kind: Literal["blood_pressure"] = "blood_pressure"
    ref: Handle
    systolic: Number
    diastolic: Number
    when: ShortText = ""
    role: Literal["", "last", "first", "highest", "lowest"] = ""


class TrendClaim(_Claim):
    """A movement between two results of the same test."""

    kind: Literal["trend"] = "trend"
    from_ref: Handle
    to_ref: Handle
    direction: Literal["rising", "falling", "unchanged"]


class CountClaim(_Claim):
    """How many facts of a kind were read; ``refs`` lists them all."""

    kind: Literal["count"] = "count"
    what: ShortText
    refs: tuple[Handle, ...]
    number: Whole
    since: ShortText = ""
    until: ShortText = ""


class MedicationClaim(_Claim):
    """An order or a reported medication."""

    kind: Literal["medication"] = "medication"
    ref: Handle
    name: ShortText
    dose: ShortText = ""  # "25 mg"
    route: ShortText = ""
    frequency: ShortText = ""
    as_needed: bool | None = None
    status: ShortText = ""
    ordered: ShortText = ""  # date


class AdministrationClaim(_Claim):
    """A dose that was given, or was due and was not; an order proves neither."""

    kind: Literal["administration"] = "administration"
    ref: Handle
    name: ShortText
    dose: ShortText = ""
    route: ShortText = ""
    when: ShortText = ""  # YYYY-MM-DD, with THH:MM where the sentence tells the time
    status: ShortText = ""  # completed, in-progress, not-done, on-hold, stopped
    reason: ShortText = ""  # why it was not given, held or stopped; else what it was given for


class DosageClaim(_Claim):
    """What an order says of its dose, word for word; and its coding, where that says otherwise.

    Alone in its statement, whose sentence code words. Without ``text``: there is too much of it.
    """

    kind: Literal["dosage"] = "dosage"
    ref: Handle
    name: ShortText
    text: LongText = ""  # all of the dosage text
    coded: ShortText = ""  # where text and coding differ


class ConditionClaim(_Claim):
    """A problem or diagnosis."""

    kind: Literal["condition"] = "condition"
    ref: Handle
    name: ShortText
    status: ShortText = ""
    verification: ShortText = ""
    onset: ShortText = ""
    laterality: Literal["", "left", "right", "bilateral"] = ""


class AllergyClaim(_Claim):
    """An allergy, or a row saying that none is known."""

    kind: Literal["allergy"] = "allergy"
    ref: Handle
    substance: ShortText
    reaction: ShortText = ""
    criticality: ShortText = ""


class FamilyHistoryClaim(_Claim):
    """A relative's condition."""

    kind: Literal["family_history"] = "family_history"
    ref: Handle
    relationship: ShortText
    condition: ShortText


class EventClaim(_Claim):
    """A visit, appointment, immunization, procedure, care plan or laboratory report."""

    kind: Literal["event"] = "event"
    ref: Handle
    name: ShortText
    when: ShortText = ""
    status: ShortText = ""
    laterality: Literal["", "left", "right", "bilateral"] = ""
    reason: ShortText = ""  # of a visit or an appointment


class DemographicsClaim(_Claim):
    """Age and sex, and that the patient has died."""

    kind: Literal["demographics"] = "demographics"
    ref: Handle
    age: Whole | None = None
    sex: ShortText = ""
    deceased: bool | None = None


class NoteClaim(_Claim):
    """What a note says, word for word. Proves only that the note says so."""

    kind: Literal["note"] = "note"
    ref: Handle
    quote: Annotated[str, OneLine, Field(min_length=3, max_length=600)]


class AbsenceClaim(_Claim):
    """Something was looked for in a complete reading of ``searched`` and is not there."""

    kind: Literal["absence"] = "absence"
    term: ShortText
    searched: Literal[
        "problems",
        "encounter_diagnoses",
        "medications",
        "allergies",
        "labs",
        "vitals",
        "notes",
        "encounters",
        "appointments",
        "immunizations",
        "care_plans",
        "procedures",
        "family_history",
        "administrations",
        "pending_results",
    ]


class InferenceClaim(_Claim):
    """A judgement that follows from the cited facts; never *checked*, at most *inferred*."""

    kind: Literal["inference"] = "inference"
    refs: Annotated[tuple[Handle, ...], Field(min_length=1, max_length=8)]
    step: ShortText


Claim = Annotated[
    ObservationClaim
    | BloodPressureClaim
    | TrendClaim
    | CountClaim
    | MedicationClaim
    | AdministrationClaim
    | DosageClaim
    | ConditionClaim
    | AllergyClaim
    | FamilyHistoryClaim
    | EventClaim
    | DemographicsClaim
    | NoteClaim
    | AbsenceClaim
    | InferenceClaim,
    Field(discriminator="kind"),
]


class DraftedStatement(BaseModel):
    """One sentence and what it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str  # a section key of the document, e.g. "objective"
    text: Annotated[str, OneLine, Field(min_length=3, max_length=400)]
    claims: Annotated[tuple[Claim, ...], Field(min_length=1, max_length=4)]
