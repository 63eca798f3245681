"""A fact in a clinician's words: its value, on a chip, in a sentence."""

import re
from decimal import Decimal
from functools import singledispatch

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    Fact,
    FamilyHistoryFact,
    ImmunizationFact,
    MedicationFact,
    MessageFact,
    NoteFact,
    ObservationFact,
    PartialDate,
    ProcedureFact,
    Quantity,
    ReferenceRange,
    ReferralFact,
    ReportFact,
)
from recommendations.clinical.given import TYPED
from recommendations.clinical.results import ReadingSnapshot
from recommendations.views import when

ICONS = {
    "observation": "lab", "medication": "pill", "condition": "list", "allergy": "shield",
    "note": "note", "encounter": "visit", "appointment": "clock", "immunization": "tick",
    "care_plan": "list", "procedure": "visit", "family_history": "users", "demographics": "person",
    "administration": "pill",
    "report": "lab", "message": "note", "referral": "list",
}  # fmt: skip
_ABOUT = re.compile(r"\s*(?:\[|,| in (?:serum|blood|plasma|urine)\b).*", re.IGNORECASE)
_SHORT = 18


def icon(fact: Fact) -> str:
    """The name of the sprite's symbol."""
    if isinstance(fact, ObservationFact) and fact.category == "vital-signs":
        return "vitals"
    return ICONS[fact.kind]


def dated(fact: Fact) -> PartialDate | None:
    """When the fact was true, or else recorded."""
    for name in ("effective", "authored", "start", "occurred", "performed", "onset"):
        found = getattr(fact, name, None)
        if isinstance(found, PartialDate):
            return found
    return fact.recorded


def plain(number: Decimal) -> str:
    """A number as the chart has it."""
    return f"{number:f}"


def quantity(value: Quantity) -> str:
    """``5.9 mmol/L``."""
    return f"{value.comparator}{plain(value.value)} {value.unit}".strip()


def value_of(fact: ObservationFact, *, unit: bool = True) -> str:
    """The result, with or without its unit; ``118/70`` for a pair."""
    if fact.value is not None:
        return quantity(fact.value) if unit else f"{fact.value.comparator}{plain(fact.value.value)}"
    if fact.components:
        numbers = "/".join(plain(part.value.value) for part in fact.components[:3])
        return f"{numbers} {fact.components[0].value.unit}".strip() if unit else numbers
    return fact.value_text


def range_of(reference: ReferenceRange | None) -> str:
    """From low to high, one of them alone, or the laboratory's own words."""
    if reference is None:
        return ""
    low, high = reference.low, reference.high
    if low is not None and high is not None:
        return f"{plain(low)}\N{EN DASH}{plain(high)}"
    if high is not None:
        return f"up to {plain(high)}"
    return f"from {plain(low)}" if low is not None else reference.text


def short_name(fact: Fact) -> str:
    """The name without specimen and method, at most a chip long."""
    name = _ABOUT.sub("", fact.name) or fact.name
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1].rstrip()}…"


def chip(fact: Fact, *, as_of: str, named: bool = False) -> str:
    """What a citation says of its source, in two or three words."""
    brief = when.brief(dated(fact), as_of=as_of)
    if isinstance(fact, ObservationFact):
        value = value_of(fact, unit=False)
        value = value if len(value) <= _SHORT else short_name(fact)
        if named and fact.value is not None:
            return f"{short_name(fact)} {value}"
        return " · ".join(p for p in (value or short_name(fact), brief) if p)
    return " ".join(p for p in (_label(fact), brief if _is_dated(fact) else "") if p)


def named(snapshot: ReadingSnapshot) -> dict[str, Fact]:
    """The facts by handle, as a page may name them.

    What gives orders to software is shown where it stands, and names nothing: a fact whose own
    name or value does goes by the sort of entry that it is.
    """
    known = {fact.handle: fact for fact in snapshot.facts}
    for each in snapshot.addressed:
        fact = known.get(each.handle)
        if fact is not None and each.field == "name":
            known[fact.handle] = fact.model_copy(update={"name": _kind_of(fact)})
        elif fact is not None and each.field == "value_text":
            known[fact.handle] = fact.model_copy(update={"value_text": ""})
    return known


def _kind_of(fact: Fact) -> str:
    if isinstance(fact, NoteFact):
        return "Note"
    return fact.category.capitalize() if isinstance(fact, ObservationFact) else _label(fact)


def _is_dated(fact: Fact) -> bool:
    return not isinstance(fact, AllergyFact | ConditionFact | DemographicsFact | FamilyHistoryFact)


@singledispatch
def _label(fact: object) -> str:
    raise TypeError(type(fact).__name__)


@_label.register
def _(fact: MedicationFact) -> str:
    return "Reported" if fact.reported else "Order"


@_label.register
def _(fact: ConditionFact) -> str:
    return "Visit diagnosis" if "encounter" in fact.category else "Problem list"


@_label.register
def _(fact: AllergyFact) -> str:
    return "Allergy list"


@_label.register
def _(fact: NoteFact) -> str:
    return short_name(fact) if fact.name else "Note"


@_label.register
def _(fact: MessageFact) -> str:
    return "Request" if fact.source.resource_type == TYPED else "Message"


@_label.register
def _(fact: EncounterFact) -> str:
    return "Visit"


@_label.register
def _(fact: AppointmentFact) -> str:
    return "Appointment"


@_label.register
def _(fact: ImmunizationFact) -> str:
    return "Immunization"


@_label.register
def _(fact: AdministrationFact) -> str:
    return {"completed": "Dose given", "not-done": "Dose not given"}.get(fact.status, "Dose")


@_label.register
def _(fact: CarePlanFact) -> str:
    return "Care plan"


@_label.register
def _(fact: ProcedureFact) -> str:
    return "Procedure"


@_label.register
def _(fact: ReportFact) -> str:
    return "Report"


@_label.register
def _(fact: ReferralFact) -> str:
    return "Referral" if fact.is_referral else "Order"


@_label.register
def _(fact: FamilyHistoryFact) -> str:
    return "Family history"


@_label.register
def _(fact: DemographicsFact) -> str:
    return "Patient record"


def spoken(fact: Fact) -> str:
    """A source in full, for labels that are read out of context."""
    value = value_of(fact) if isinstance(fact, ObservationFact) else ""
    return ", ".join(
        part for part in (f"{fact.name} {value}".strip(), when.full(dated(fact))) if part
    )
