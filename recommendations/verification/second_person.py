"""A claim worded to the patient: short plain sentences, in "you" and "your".

The offline drafter writes in them, and code words a statement anew in them where its claims hold
and its sentence does not, or reads too hard. What has no safe sentence of this kind has none.
"""

from collections.abc import Callable, Sequence
from typing import Any

from recommendations.clinical.facts import (
    AllergyFact,
    AppointmentFact,
    ConditionFact,
    EncounterFact,
    Fact,
    MedicationFact,
    ObservationFact,
)
from recommendations.clinical.observations import FINAL
from recommendations.verification.chart import Chart
from recommendations.verification.claims import (
    AllergyClaim,
    BloodPressureClaim,
    Claim,
    ConditionClaim,
    EventClaim,
    MedicationClaim,
    ObservationClaim,
)
from recommendations.verification.dates import shown
from recommendations.verification.holding.observations import pair, shown_amount
from recommendations.verification.holding.schedules import schedule
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.plain import bag, without_kinds
from recommendations.verification.routes import route_of

# How a route is said to somebody, and what one does.
_ROUTES = {
    "oral": ("Take", "by mouth"), "subcutaneous": ("Inject", "under the skin"),
    "intramuscular": ("Inject", ""), "inhaled": ("Use", ""),
    "sublingual": ("Take", "under the tongue"),
    "topical": ("Use", "to the skin"), "transdermal": ("Use", ""), "nasal": ("Use", ""),
    "ophthalmic": ("Use", "in the eye"), "otic": ("Use", "into the ear"), "": ("Take", ""),
}  # fmt: skip
_TIMES = {
    "daily": "once a day", "twice daily": "twice a day", "three times daily": "three times a day",
    "twice weekly": "twice a week", "three times weekly": "three times a week",
    "four times daily": "four times a day", "weekly": "once a week", "nightly": "every night",
}  # fmt: skip
# Everyday names of conditions; each is a listed name of what it stands for.
_EVERYDAY = (
    "high blood pressure", "high cholesterol", "heart attack", "acid reflux", "mini stroke",
    "kidney stone", "common cold", "flu", "type 2 diabetes", "type 1 diabetes",
)  # fmt: skip


def sentences(claims: tuple[Claim, ...], chart: Chart) -> str | None:
    """What the claims say, to the patient; nothing where one of them has no such sentence."""
    if (allergies := _one_allergy(claims)) is not None:
        fact = chart.fact(allergies[0].ref)
        return allergy(allergies, fact) if isinstance(fact, AllergyFact) else None
    found = []
    for claim in claims:
        fact = chart.fact(getattr(claim, "ref", ""))
        said = sentence(claim, fact) if fact is not None else None
        if said is None:
            return None
        found.append(said)
    return " ".join(dict.fromkeys(found))


def sentence(claim: Any, fact: Fact) -> str | None:
    """What one claim says of its fact, to the patient."""
    render = _RENDER.get(type(claim))
    return render(claim, fact) if render else None


def allergy(claims: Sequence[AllergyClaim], fact: AllergyFact) -> str | None:
    """One allergy with all the reactions that its claims name."""
    if fact.none_known:
        return f"You have {lowered(fact.name)}." if fact.name.lower().startswith("no ") else None
    named = any(word in fact.name.lower() for word in ("allergy", "allergic", "intolerance"))
    said = (
        f"You have {lowered(fact.name)}" if named else f"You are allergic to {lowered(fact.name)}"
    )
    reactions = ", ".join(lowered(claim.reaction) for claim in claims if claim.reaction)
    return f"{said}. It causes {reactions}." if reactions else f"{said}."


def _one_allergy(claims: Sequence[Claim]) -> list[AllergyClaim] | None:
    """The claims, where all are of one allergy."""
    found = [claim for claim in claims if isinstance(claim, AllergyClaim)]
    return found if len(found) == len(claims) and len({c.ref for c in found}) == 1 else None


def everyday(name: str) -> str:
    """An everyday name of a condition, where it has one; else its own."""
    known = condition_names(name)
    return next((plain for plain in _EVERYDAY if bag(plain) in known), lowered(name))


def lowered(name: str) -> str:
    """A name as it stands within a sentence: "Penicillin" is "penicillin", "INR" stays."""
    name = without_kinds(name).strip()
    first = name.split(" ", maxsplit=1)[0]
    return f"{name[:1].lower()}{name[1:]}" if first[1:].islower() else name


def _medicine(claim: MedicationClaim, fact: MedicationFact) -> str | None:
    name = lowered(claim.name)
    if fact.status == "on-hold":
        return f"Do not take {name}: it is on hold."
    if fact.status == "stopped":
        return f"Do not take {name}: it was stopped."
    if fact.status != "active" or fact.warnings or fact.coded or schedule(fact):
        return None
    return _taken(claim, fact, name)


def _taken(claim: MedicationClaim, fact: MedicationFact, name: str) -> str | None:
    frequency = claim.frequency or fact.frequency
    if not claim.dose or not frequency:  # a part of an order is no instruction
        return None
    verb, way = _ROUTES.get(route_of(claim.route or fact.route), ("", ""))
    if not verb:
        return None
    how = [claim.dose, way, _TIMES.get(frequency, frequency)]
    how.append("as needed" if fact.as_needed else "")
    lead = f"You {verb.lower()}" if fact.reported else f"{verb} your"
    return f"{lead} {name}{_joint(claim)}{' '.join(part for part in how if part)}."


def _joint(claim: MedicationClaim) -> str:
    """A name that ends in its own strength is set off from the dose."""
    return ", " if any(c.isdigit() for c in claim.name) else " "


def _result(claim: ObservationClaim, fact: ObservationFact) -> str | None:
    if fact.value is None or fact.status not in FINAL or fact.effective is None:
        return None
    value, when = shown_amount(fact.value), shown(fact.effective)
    said = f"Your {lowered(claim.name or fact.name)} was {value} on {when}."
    side = f" That is {claim.versus_range} the normal range." if claim.versus_range else ""
    return said + side


def _pressure(claim: BloodPressureClaim, fact: ObservationFact) -> str | None:
    if fact.effective is None:
        return None
    return f"Your blood pressure was {pair(fact)} on {shown(fact.effective)}."


def _condition(claim: ConditionClaim, fact: ConditionFact) -> str | None:
    if fact.status != "active" or fact.verification not in {"", "confirmed"}:
        return None
    plain = everyday(fact.name)
    side = fact.laterality
    if side and side not in plain.lower():
        return None
    return f"You have {plain}." if bag(plain) in surfaces(fact) else None


def _event(claim: EventClaim, fact: Fact) -> str | None:
    if isinstance(fact, AppointmentFact) and fact.start:
        lead = {"booked": "You have a visit", "noshow": "You missed your visit"}.get(fact.status)
        return f"{lead} on {shown(fact.start)}: {fact.name}." if lead else None
    if isinstance(fact, EncounterFact) and fact.start:
        why = f" Reason: {claim.reason}." if claim.reason else ""
        return f"You had a visit on {shown(fact.start)}: {fact.name}.{why}"
    return None


_RENDER: dict[type, Callable[[Any, Any], str | None]] = {
    MedicationClaim: _medicine, ObservationClaim: _result,
    BloodPressureClaim: _pressure, ConditionClaim: _condition, EventClaim: _event,
}  # fmt: skip
