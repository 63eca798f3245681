"""Kinds 23 to 29: conditions, relatives, who the patient is, sides, and allergies."""

import re

from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    DemographicsFact,
    FamilyHistoryFact,
    ObservationFact,
)
from recommendations.quality.planting.case import (
    Case,
    Form,
    Planting,
    added,
    led,
    replaced,
    shown_in,
)
from recommendations.verification.claims import ConditionClaim, DraftedStatement

Planted = DraftedStatement | None
_SUBTYPES = (
    ("type 2", "type 1"), ("type 1", "type 2"), ("stage 3b", "stage 3a"), ("stage 3a", "stage 3b"),
    ("stage 3", "stage 4"), ("stage 2", "stage 3"), ("stage 1", "stage 2"),
    ("acute", "chronic"), ("chronic", "acute"), ("reduced", "preserved"), ("viral", "bacterial"),
    ("hypothyroidism", "hyperthyroidism"), ("hypertension", "hypotension"),
    ("paroxysmal", "permanent"), ("fracture", "dislocation"), ("benign", "malignant"),
)  # fmt: skip
_CONDITIONS = ("Sarcoidosis", "Multiple sclerosis", "Atrial flutter", "Ulcerative colitis")
_RELATIVES = ("Mother", "Father", "Sister", "Brother", "Maternal grandmother")
_REACTIONS = ("anaphylaxis", "angioedema", "vomiting", "seizure", "wheezing")
_ALLERGENS = ("Kiwi", "Sulfonamide", "Ibuprofen", "Iodine", "Vancomycin")
_SIDES = {"left": "right", "right": "left", "bilateral": "left"}
_DOUBT = ("Possible", "Probable", "Suspected")


def _problem(case: Case) -> tuple[ConditionClaim | None, ConditionFact | None]:
    claim = case.claim("condition")
    return (claim, case.fact(claim, ConditionFact)) if claim else (None, None)


def _has(case: Case, name: str) -> bool:
    return any(name.lower() in f.name.lower() for f in case.chart.standing(ConditionFact))


def _subtype(case: Case, form: Form) -> Planted:
    claim, _ = _problem(case)
    if claim is None:
        return None
    for said, other in _SUBTYPES:
        if shown_in(claim.name, said):
            name = replaced(claim.name, said, other)
            text = replaced(case.text, said, other)
            return None if _has(case, name) else case.with_claim(text, claim, form, name=name)
    return None


def _condition(case: Case, form: Form) -> Planted:
    """A condition that the chart does not have."""
    claim, _ = _problem(case)
    other = case.random.choice(_CONDITIONS)
    if claim is None or _has(case, other):
        return None
    return case.with_claim(case.text.replace(claim.name, other, 1), claim, form, name=other)


def _resolved(case: Case, form: Form) -> Planted:
    claim, fact = _problem(case)
    if claim is None or fact is None or fact.status != "active":
        return None
    other = case.random.choice(("resolved", "inactive"))
    return case.with_claim(replaced(case.text, "active", other), claim, form, status=other)


def _active(case: Case, form: Form) -> Planted:
    """A condition that is over told as active, where no other entry of it is."""
    if case.claim("condition") is None:
        return None
    found = case.chart.standing(ConditionFact)
    now = {f.name.lower() for f in found if f.status in {"active", "recurrence", "relapse", ""}}
    over = [f for f in found if f.status in {"resolved", "inactive"} and f.name.lower() not in now]
    if not over:
        return None
    fact = case.random.choice(over)
    claim = ConditionClaim(
        ref=fact.handle, name=fact.name, status="active" if form == "both" else fact.status
    )
    return case.made(f"{fact.name}, active.", claim)


def _negated(case: Case, form: Form) -> Planted:
    claim = case.claim("condition", "allergy")
    if claim is None or getattr(case.chart.fact(claim.ref), "none_known", False):
        return None
    lead = case.random.choice(("No", "The patient does not have", "No history of"))
    return case.with_text(led(lead, case.text))


def _negation_turned(case: Case, form: Form) -> Planted:
    """A result in words with its "no" or "not" dropped, or with one put before it."""
    claim = case.claim("observation")
    fact = case.fact(claim, ObservationFact) if claim else None
    said = fact.value_text if fact else ""
    if claim is None or not said or said not in case.text or re.search(r"\d", said):
        return None
    other = re.sub(r"^(?:no|not|non-?)\s*", "", said, flags=re.IGNORECASE)
    other = other if other != said else f"Not {said[:1].lower()}{said[1:]}"
    return case.with_claim(case.text.replace(said, other, 1), claim, form, value_text=other)


def _doubted(case: Case, form: Form) -> Planted:
    """Doubt put before a condition that is in none, or taken from one that is in doubt."""
    claim, fact = _problem(case)
    if claim is None or fact is None:
        return None
    if fact.verification in {"unconfirmed", "provisional", "differential"}:
        text = replaced(case.text, fact.verification, "confirmed")
        return case.with_claim(text, claim, form, verification="confirmed")
    text = led(case.random.choice(_DOUBT), case.text)
    return case.with_claim(text, claim, form, verification="provisional")


def _experiencer(case: Case, form: Form) -> Planted:
    """The patient's own told of a relative."""
    claim, _ = _problem(case)
    inherited = {c for f in case.chart.standing(FamilyHistoryFact) for c in f.conditions}
    if claim is None or claim.name in inherited:
        return None
    lead = case.random.choice(("Her mother has", "His father had", "Family history:"))
    return case.with_text(led(lead, case.text))


def _own(case: Case, form: Form) -> Planted:
    """A relative's condition told as the patient's."""
    claim = case.claim("family_history")
    if claim is None or _has(case, claim.condition):
        return None
    text = f"{claim.condition[:1].upper()}{claim.condition[1:]}, active."
    if form == "sentence":
        return case.with_text(text)
    return case.made(text, ConditionClaim(ref=claim.ref, name=claim.condition, status="active"))


def _relative(case: Case, form: Form) -> Planted:
    claim = case.claim("family_history")
    if claim is None:
        return None
    having = {
        f.relationship.lower()
        for f in case.chart.standing(FamilyHistoryFact)
        if claim.condition in f.conditions
    }
    others = [r for r in _RELATIVES if r.lower() not in having]
    other = case.random.choice(others)
    text = replaced(case.text, claim.relationship, other)
    return case.with_claim(text, claim, form, relationship=other)


def _age(case: Case, form: Form) -> Planted:
    claim = case.claim("demographics")
    if claim is None or claim.age is None or f"{claim.age}-year" not in case.text:
        return None
    age = abs(claim.age + case.random.choice((-10, -1, 1, 10))) or 2
    if age == claim.age:
        return None
    text = case.text.replace(f"{claim.age}-year", f"{age}-year", 1)
    return case.with_claim(text, claim, form, age=age)


def _sex(case: Case, form: Form) -> Planted:
    claim = case.claim("demographics")
    fact = case.fact(claim, DemographicsFact) if claim else None
    other = {"female": "male", "male": "female"}.get(fact.sex if fact else "", "")
    if claim is None or fact is None or not other:
        return None
    return case.with_claim(replaced(case.text, fact.sex, other), claim, form, sex=other)


def _side(case: Case, form: Form) -> Planted:
    """Left and right exchanged, or one of them put where there is none."""
    claim = case.claim("condition", "event")
    if claim is None:
        return None
    for side, other in _SIDES.items():
        if shown_in(case.text, side):
            changes = {"laterality": other, "name": replaced(claim.name, side, other)}
            return case.with_claim(replaced(case.text, side, other), claim, form, **changes)
    fact = case.chart.fact(claim.ref)
    if claim.kind != "condition" or getattr(fact, "laterality", "") or claim.name[:1].isdigit():
        return None
    side = case.random.choice(("left", "right"))
    return case.with_claim(led(side.capitalize(), case.text), claim, form, laterality=side)


def _allergen(case: Case, form: Form) -> Planted:
    claim = case.claim("allergy")
    fact = case.fact(claim, AllergyFact) if claim else None
    if claim is None or fact is None or fact.none_known:
        return None
    held = " ".join(f.name.lower() for f in case.chart.standing(AllergyFact))
    other = case.random.choice([a for a in _ALLERGENS if a.lower() not in held])
    return case.with_claim(
        case.text.replace(claim.substance, other, 1), claim, form, substance=other
    )


def _reaction(case: Case, form: Form) -> Planted:
    """Another reaction, or one where none is recorded."""
    claim = case.claim("allergy")
    fact = case.fact(claim, AllergyFact) if claim else None
    if claim is None or fact is None or fact.none_known:
        return None
    held = " ".join(r.manifestation.lower() for r in fact.reactions)
    other = case.random.choice([r for r in _REACTIONS if r not in held])
    text = (
        replaced(case.text, claim.reaction, other)
        if claim.reaction
        else added(case.text, f" ({other})")
    )
    return case.with_claim(text, claim, form, reaction=other)


def _criticality(case: Case, form: Form) -> Planted:
    claim = case.claim("allergy")
    fact = case.fact(claim, AllergyFact) if claim else None
    if claim is None or fact is None or fact.none_known:
        return None
    other = "low" if fact.criticality == "high" else "high"
    said = f"{claim.criticality} criticality"
    text = (
        case.text.replace(said, f"{other} criticality", 1)
        if claim.criticality
        else added(case.text, f", {other} criticality")
    )
    return case.with_claim(text, claim, form, criticality=other)


PLANTINGS = (
    Planting(23, "subtype", _subtype),
    Planting(23, "wrong condition", _condition),
    Planting(24, "active told as resolved", _resolved),
    Planting(24, "resolved told as active", _active),
    Planting(25, "negated", _negated, ("sentence",)),
    Planting(25, "negation of a result turned", _negation_turned),
    Planting(26, "certainty", _doubted),
    Planting(27, "patient's told of a relative", _experiencer, ("sentence",)),
    Planting(27, "relative's told of the patient", _own),
    Planting(27, "another relative", _relative),
    Planting(27, "age", _age),
    Planting(27, "sex", _sex),
    Planting(28, "side", _side),
    Planting(29, "allergen", _allergen),
    Planting(29, "reaction", _reaction),
    Planting(29, "criticality", _criticality),
)
