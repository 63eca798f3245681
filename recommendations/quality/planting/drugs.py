"""Kinds 17 to 22: the drug, its dose, how often, by which route, and whether it is an order."""

import re
from collections.abc import Sequence
from decimal import Decimal

from recommendations.clinical.facts import MedicationFact
from recommendations.quality.planting.case import Case, Form, Planting, replaced, shown_in
from recommendations.verification.claims import DraftedStatement, MedicationClaim

Planted = DraftedStatement | None
# Look-alikes of drugs that charts of all kinds have; else any of _OTHERS.
_LIKE = {
    "metformin": "metronidazole", "lisinopril": "fosinopril", "losartan": "valsartan",
    "simvastatin": "lovastatin", "prednisone": "prednisolone", "hydroxyzine": "hydralazine",
    "amlodipine": "amiloride", "warfarin": "rivaroxaban", "furosemide": "torsemide",
    "glipizide": "glyburide", "clonazepam": "clonidine", "bupropion": "buspirone",
    "hydrochlorothiazide": "hydralazine", "metoprolol": "metoclopramide",
    "sertraline": "cetirizine", "spironolactone": "eplerenone", "atorvastatin": "rosuvastatin",
    "fexofenadine": "cetirizine",
    "tramadol": "trazodone", "oxycodone": "hydrocodone", "cyclosporine": "cycloserine",
}  # fmt: skip
_OTHERS = ("Methotrexate", "Amiodarone", "Digoxin", "Phenytoin", "Clozapine")
_FREQUENCIES = (
    "daily", "twice daily", "three times daily", "every 4 hours", "every 8 hours", "weekly",
    "at bedtime", "every other day",
)  # fmt: skip
_ONCE = {"daily", "at bedtime", "every morning", "every evening", "every 24 hours"}
_ROUTES = ("oral", "intravenous", "subcutaneous", "intramuscular", "topical", "rectal", "inhaled")
_OVER = ("stopped", "completed", "cancelled")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _ordered(case: Case) -> tuple[MedicationClaim | None, MedicationFact | None]:
    claim = case.claim("medication")
    return (claim, case.fact(claim, MedicationFact)) if claim else (None, None)


def _drug(case: Case, form: Form) -> Planted:
    """A look-alike, or a drug that the chart has not."""
    claim, fact = _ordered(case)
    first = re.match(r"[A-Za-z]+", claim.name) if claim else None
    if claim is None or first is None or fact is None:
        return None
    name = first[0]
    other = _LIKE.get(name.lower()) or case.random.choice(_OTHERS)
    held = " ".join(f.name.lower() for f in case.chart.standing(MedicationFact))
    if other.lower() in held or not case.text.startswith(name):
        return None
    other = other.capitalize() if name[:1].isupper() else other
    return case.with_claim(
        replaced(case.text, name, other), claim, form, name=claim.name.replace(name, other, 1)
    )


def _doses(dose: str) -> Sequence[str]:
    """Other doses: twice, half, tenfold, a tenth."""
    number = _NUMBER.search(dose)
    if number is None:
        return ()
    value = Decimal(number[0])
    others = (value * 2, value / 2, value * 10, value / 10)
    return tuple(
        f"{dose[: number.start()]}{other.normalize():f}{dose[number.end() :]}" for other in others
    )


def _amounts(said: str) -> list[Decimal]:
    return [Decimal(number) for number in _NUMBER.findall(said.replace(",", ""))]


def _dose(case: Case, form: Form) -> Planted:
    claim, _ = _ordered(case)
    others = _doses(claim.dose) if claim else ()
    if claim is None or not others:
        return None
    dose = case.random.choice(others)
    return case.with_claim(replaced(case.text, claim.dose, dose), claim, form, dose=dose)


def _dose_unit(case: Case, form: Form) -> Planted:
    claim, _ = _ordered(case)
    found = (
        re.fullmatch(r"(\d+(?:\.\d+)?) ?(mg|mcg|g|units?|mL)", claim.dose, re.I) if claim else None
    )
    if claim is None or found is None:
        return None
    unit = {"mg": "mcg", "mcg": "mg", "g": "mg"}.get(found[2].lower(), "mg")
    dose = f"{found[1]} {unit}"
    return case.with_claim(replaced(case.text, claim.dose, dose), claim, form, dose=dose)


def _strength(case: Case, form: Form) -> Planted:
    """What stands on the tablet, or in a millilitre, told as the dose."""
    claim, fact = _ordered(case)
    if claim is None or fact is None or not claim.dose or not fact.strength:
        return None
    strength = fact.strength.split("/")[0].strip()
    if _amounts(strength) == _amounts(claim.dose) or "/" in fact.strength:
        return None
    text = replaced(case.text, claim.dose, strength)
    return case.with_claim(text, claim, form, dose=strength)


def _dose_of_another(case: Case, form: Form) -> Planted:
    """Two orders with each other's doses; in form ``both``, one with the dose of the other."""
    claim, _ = _ordered(case)
    others = [
        (statement, other)
        for statement in case.draft
        if len(statement.claims) == 1
        and isinstance(other := statement.claims[0], MedicationClaim)
        and claim is not None
        and other.dose
        and _doses(other.dose)
        and _NUMBER.findall(other.dose) != _NUMBER.findall(claim.dose)
        and shown_in(statement.text, other.dose)
    ]
    if claim is None or not claim.dose or not others or not shown_in(case.text, claim.dose):
        return None
    statement, other = case.random.choice(others)
    text = replaced(case.text, claim.dose, other.dose)
    if form == "both":
        return case.with_claim(text, claim, form, dose=other.dose)
    second = replaced(statement.text, other.dose, claim.dose)
    return case.made(f"{text.rstrip('.')}; {second}", claim, other)


def _frequency(case: Case, form: Form) -> Planted:
    claim, fact = _ordered(case)
    if claim is None or fact is None or not claim.frequency:
        return None
    # Once at night is daily too, said less precisely.
    same = {claim.frequency} | ({"daily", "at bedtime"} if claim.frequency in _ONCE else set())
    other = case.random.choice([f for f in _FREQUENCIES if f not in same])
    text = replaced(case.text, claim.frequency, other)
    return case.with_claim(text, claim, form, frequency=other)


def _as_needed(case: Case, form: Form) -> Planted:
    """As needed added, or left out."""
    claim, fact = _ordered(case)
    if claim is None or fact is None or not (claim.dose or claim.frequency):
        return None
    if fact.as_needed:
        text = case.text.replace(" as needed", "", 1)
        return case.with_claim(text, claim, form, as_needed=False)
    if fact.as_needed is None and "need" in fact.dosage_text.lower():
        return None
    anchor = claim.frequency or claim.dose
    text = replaced(case.text, anchor, f"{anchor} as needed")
    return case.with_claim(text, claim, form, as_needed=True)


def _route(case: Case, form: Form) -> Planted:
    claim, _ = _ordered(case)
    if claim is None or not claim.route:
        return None
    other = case.random.choice([r for r in _ROUTES if r != claim.route])
    return case.with_claim(replaced(case.text, claim.route, other), claim, form, route=other)


def _stopped(case: Case, form: Form) -> Planted:
    """An active order told as over."""
    claim, fact = _ordered(case)
    if claim is None or fact is None or fact.status != "active":
        return None
    other = case.random.choice(_OVER)
    return case.with_claim(replaced(case.text, "active", other), claim, form, status=other)


def _still_active(case: Case, form: Form) -> Planted:
    """An order that is over told as active."""
    if case.claim("medication") is None:
        return None
    over = [f for f in case.chart.standing(MedicationFact) if f.status in _OVER]
    if not over:
        return None
    fact = case.random.choice(over)
    status = "active" if form == "both" else fact.status
    claim = MedicationClaim(ref=fact.handle, name=fact.name[:300], status=status)
    return case.made(f"{fact.name}, active.", claim)


def _taken(case: Case, form: Form) -> Planted:
    """An order told as something that is taken or was given."""
    claim, fact = _ordered(case)
    if claim is None or fact is None or fact.reported or "ordered" not in case.text:
        return None
    if case.random.random() < 0.5:
        by = case.random.choice(("given", "taken", "administered"))
        return case.with_text(case.text.replace("ordered", by, 1))
    return case.with_text(f"The patient takes {case.text[:1].lower()}{case.text[1:]}")


PLANTINGS = (
    Planting(5, "doses exchanged", _dose_of_another),
    Planting(17, "wrong drug", _drug),
    Planting(18, "dose", _dose),
    Planting(18, "unit of the dose", _dose_unit),
    Planting(18, "strength as dose", _strength),
    Planting(19, "frequency", _frequency),
    Planting(19, "as needed added or left out", _as_needed),
    Planting(20, "route", _route),
    Planting(21, "active told as over", _stopped),
    Planting(21, "over told as active", _still_active),
    Planting(22, "order told as taken or given", _taken, ("sentence",)),
)
