"""A statement's sentence made anew from its claims, where they hold and the sentence does not."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from recommendations.clinical.facts import (
    AllergyFact,
    DemographicsFact,
    Fact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    PartialDate,
    ReferralFact,
)
from recommendations.clinical.observations import FINAL
from recommendations.verification.chart import Chart
from recommendations.verification.claims import (
    AbsenceClaim,
    AdministrationClaim,
    AllergyClaim,
    BloodPressureClaim,
    Claim,
    ConditionClaim,
    CountClaim,
    DemographicsClaim,
    DosageClaim,
    DraftedStatement,
    EventClaim,
    FamilyHistoryClaim,
    MedicationClaim,
    NoteClaim,
    ObservationClaim,
    TrendClaim,
)
from recommendations.verification.counted import count
from recommendations.verification.dates import date_of, shown
from recommendations.verification.holding import administrations, dosages, hold
from recommendations.verification.holding.medications import COUNTED
from recommendations.verification.holding.observations import pair, shown_amount
from recommendations.verification.naming import surfaces
from recommendations.verification.plain import bag
from recommendations.verification.units import PURE, ucum
from recommendations.verification.verifier import verify

_PRESSURE = "blood pressure"
_MOVED = {"rising": "rose", "falling": "fell"}
_STANDING = frozenset(("active", "recurrence", "relapse", ""))
_STATUS = {"noshow": "missed"}  # FHIR's code where it is no word
_WHERE = {
    "problems": "on the problem list", "encounter_diagnoses": "among the recorded diagnoses",
    "medications": "on the medication list", "allergies": "on the allergy list",
    "labs": "among the recorded laboratory results", "vitals": "among the recorded vital signs",
    "notes": "in the notes that were read", "encounters": "among the recorded visits",
    "appointments": "among the recorded appointments",
    "immunizations": "among the recorded immunizations",
    "care_plans": "among the recorded care plans", "procedures": "among the recorded procedures",
    "family_history": "in the recorded family history",
    "administrations": "among the recorded doses given",
    "pending_results": "among the recorded laboratory results and reports",
}  # fmt: skip


def reword(statement: DraftedStatement, chart: Chart) -> str | None:
    """The sentence that the claims support; nothing where a claim fails or is a judgement."""
    if any(claim.kind == "inference" or hold(claim, chart) for claim in statement.claims):
        return None
    said = "; ".join(dict.fromkeys(_sentences(statement.claims, chart)))
    text = f"{said[:1].upper() if said[:2].islower() else said[:1]}{said[1:]}"
    text = text if text.endswith((".", ".\u201d", "!\u201d", "?\u201d")) else f"{text}."
    return text if stands(statement, text, chart) else None


def stands(statement: DraftedStatement, text: str, chart: Chart) -> bool:
    """Whether ``text`` may stand for what the statement claims."""
    try:
        made = DraftedStatement(section=statement.section, text=text, claims=statement.claims)
    except ValidationError:  # too long for one statement
        return False
    return verify(made, chart).outcome.signable


def _sentences(claims: tuple[Claim, ...], chart: Chart) -> Iterator[str]:
    told = {ref for c in claims if isinstance(c, TrendClaim) for ref in (c.from_ref, c.to_ref)}
    for claim in claims:
        if isinstance(claim, TrendClaim):
            yield _trend(claim, chart, _called(claim, claims), _sides(claims))
        elif isinstance(claim, CountClaim):
            yield count(claim)
        elif isinstance(claim, AbsenceClaim):
            yield f"No {claim.term} found {_WHERE[claim.searched]}"
        elif not isinstance(claim, ObservationClaim) or claim.ref not in told or claim.role:
            yield _of_fact(claim, chart)


def _of_fact(claim: Any, chart: Chart) -> str:
    fact = chart.fact(claim.ref)
    return _RENDER[type(claim)](claim, fact) if fact is not None else ""


def _on(when: PartialDate | None) -> str:
    return f" {'on' if len(when.day) == 10 else 'in'} {shown(when)}" if when else ""


def _result(fact: ObservationFact) -> str:
    if fact.value is None:
        return fact.value_text
    if ucum(fact.value.unit) in PURE and fact.value.unit.lower() in fact.name.lower().split():
        return shown_amount(fact.value.model_copy(update={"unit": ""}))  # not "INR 4.1 INR"
    return shown_amount(fact.value)


def _called(trend: TrendClaim, claims: tuple[Claim, ...]) -> str:
    """The name that the statement's other claims give the test."""
    ends = {trend.from_ref, trend.to_ref}
    named = [c.name for c in claims if isinstance(c, ObservationClaim) and c.ref in ends]
    return next(filter(None, named), "")


def _sides(claims: tuple[Claim, ...]) -> dict[str, str]:
    """What the results' own claims say of their reference range."""
    return {
        c.ref: f" ({c.versus_range} the reference range)"
        for c in claims
        if isinstance(c, ObservationClaim) and c.versus_range
    }


def _trend(claim: TrendClaim, chart: Chart, name: str, sides: dict[str, str]) -> str:
    first, last = chart.fact(claim.from_ref), chart.fact(claim.to_ref)
    if not isinstance(first, ObservationFact) or not isinstance(last, ObservationFact):
        return ""
    start, end = (f"{_result(f)}{_on(f.effective)}{sides.get(f.handle, '')}" for f in (first, last))
    if claim.direction == "unchanged":
        return f"{name or last.name} unchanged: {start}, {end}"
    return f"{name or last.name} {_MOVED[claim.direction]} from {start} to {end}"


def _observation(claim: ObservationClaim, fact: ObservationFact) -> str:
    role = f"{claim.role} " if claim.role else ""
    role += "" if fact.status in FINAL else f"{fact.status} "
    if fact.value is None and not fact.value_text and not fact.components:
        return f"{role}{claim.name or fact.name}{_on(fact.effective)}, without a result"
    joint = ": " if not fact.value and fact.value_text else " "
    side = f" ({claim.versus_range} the reference range)" if claim.versus_range else ""
    return f"{role}{claim.name or fact.name}{joint}{_result(fact)}{_on(fact.effective)}{side}"


def _pressure(claim: BloodPressureClaim, fact: ObservationFact) -> str:
    role = f"{claim.role} " if claim.role else ""
    plain = bag(_PRESSURE) in surfaces(fact)  # a standing one is told as such
    return f"{role}{_PRESSURE if plain else fact.name} {pair(fact)} mmHg{_on(fact.effective)}"


def _medication(claim: MedicationClaim, fact: MedicationFact) -> str:
    frequency = claim.frequency or (fact.frequency if fact.as_needed and claim.dose else "")
    parts = [
        dose_in_words(claim.dose or _implied(claim, fact)),
        claim.route,
        frequency,
        "as needed" if fact.as_needed else "",
    ]
    how = " ".join(part for part in parts if part)
    text = f"{claim.name}, {how}" if how else claim.name
    text += f", {fact.status}" if fact.status else ""
    text += ", reported" if fact.reported else ""
    how_known = " " if fact.reported else ", ordered "
    return text + (f"{how_known}{shown(fact.authored)}" if claim.ordered and fact.authored else "")


def _implied(claim: MedicationClaim, fact: MedicationFact) -> str:
    """The dose beside a frequency: else a strength in the name would read as one."""
    if not claim.frequency or fact.dose is None or "dose" in fact.differing or not fact.strength:
        return ""
    return f"{fact.dose.value:f} {fact.dose.unit}"


def dose_in_words(said: str) -> str:
    """A dose as it was claimed, a form that is counted in the plural: "2 puffs"."""
    number, _, unit = said.partition(" ")
    if number in {"", "1"} or ucum(unit) not in COUNTED or unit.endswith("s") or not unit.isalpha():
        return said
    return f"{said}{'es' if unit.endswith('ch') else 's'}"


def _condition(claim: ConditionClaim, fact: Any) -> str:
    doubt = fact.verification if fact.verification not in {"", "confirmed"} else ""
    side = claim.laterality if claim.laterality not in fact.name.lower() else ""
    parts = [fact.name, side, fact.status, doubt]
    text = ", ".join(part for part in parts if part)
    began = "since" if fact.status in _STANDING else "onset"  # never "resolved, since"
    return text + (f", {began} {shown(fact.onset)}" if claim.onset else "")


def _allergy(claim: AllergyClaim, fact: AllergyFact) -> str:
    if fact.none_known:
        return fact.name
    lead = "" if "allergy" in fact.name.lower() else "allergy: "
    reaction = f" ({claim.reaction})" if claim.reaction else ""
    return f"{lead}{fact.name}{reaction}" + (
        f", {fact.criticality} criticality" if claim.criticality else ""
    )


def _relative(claim: FamilyHistoryClaim, fact: Any) -> str:
    return f"{fact.relationship}: {claim.condition}"


def _event(claim: EventClaim, fact: Fact) -> str:
    recorded = getattr(fact, "laterality", "")
    side = f", {recorded}" if recorded and recorded not in fact.name.lower() else ""
    status = f", {_STATUS.get(fact.status, fact.status).replace('-', ' ')}" if fact.status else ""
    when = date_of(fact, "")
    since = f", since {shown(when)}" if fact.kind == "care_plan" and when else _on(when)
    if fact.kind == "care_plan":
        return f"care plan: {fact.name}{status}{since}"
    reason = f" for {claim.reason}" if claim.reason else ""
    return f"{fact.name}{side}{since}{reason}{status}"


def _patient(claim: DemographicsClaim, fact: DemographicsFact) -> str:
    if fact.age is not None and fact.age_text.endswith("years"):
        died = ", deceased" if fact.deceased else ""
        return f"{fact.age}-year-old {fact.sex if claim.sex else 'patient'}{died}"
    unknown = ", age unknown" if fact.age is None and "unknown" in fact.age_text else ""
    return f"sex: {fact.sex}{unknown}"


def _note(claim: NoteClaim, fact: NoteFact | ReferralFact) -> str:
    when = f" of {shown(fact.authored)}" if fact.authored else ""
    whose = fact.author if isinstance(fact, NoteFact) else fact.requester
    author = f" by {whose}" if whose else ""
    return f"{fact.name}{when}{author} says: \u201c{claim.quote.strip()}\u201d"


_RENDER: dict[type, Callable[[Any, Any], str]] = {
    ObservationClaim: _observation, BloodPressureClaim: _pressure, MedicationClaim: _medication,
    DosageClaim: dosages.sentence, AdministrationClaim: administrations.sentence,
    ConditionClaim: _condition, AllergyClaim: _allergy, FamilyHistoryClaim: _relative,
    EventClaim: _event, DemographicsClaim: _patient, NoteClaim: _note,
}  # fmt: skip
