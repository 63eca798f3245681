"""Kinds 1 to 7: numbers, units and the test they belong to."""

from collections.abc import Callable
from decimal import Decimal

from recommendations.clinical.facts import ObservationFact
from recommendations.quality.planting.case import Case, Form, Plant, Planting, replaced, shown_in
from recommendations.verification.claims import DraftedStatement, ObservationClaim

Planted = DraftedStatement | None
# Another unit of the same test, or one that no such test has: never one that says the same.
_OTHER_UNIT = {
    "mg/dL": "mmol/L", "mmol/L": "mg/dL", "g/dL": "mg/dL", "%": "mg/dL", "kg": "lb", "cm": "in",
    "ng/mL": "mg/mL", "U/L": "mg/L", "mm[Hg]": "kPa", "Cel": "[degF]", "/min": "mg/L",
}  # fmt: skip
_COMPARATORS = ("over ", "more than ", "at most ", "less than ", "about ", "<", ">")


def _measured(case: Case) -> ObservationClaim | None:
    """The statement's only result with a number that the sentence shows."""
    claim = case.claim("observation")
    shown = claim is not None and claim.value is not None and shown_in(case.text, _number(claim))
    return claim if shown else None


def _number(claim: ObservationClaim) -> str:
    return f"{claim.value:f}" if claim.value is not None else ""


def _numbers_of(case: Case, claim: ObservationClaim) -> set[Decimal]:
    """Every number that the chart has of this test: none of them may be planted."""
    fact = case.fact(claim, ObservationFact)
    return {f.value.value for f in case.chart.timeline(fact) if f.value} if fact else set()


def _value(change: Callable[[Case, str], str]) -> Plant:
    def plant(case: Case, form: Form) -> Planted:
        claim = _measured(case)
        if claim is None:
            return None
        other = change(case, _number(claim))
        if not other or Decimal(other) in _numbers_of(case, claim):
            return None
        text = replaced(case.text, _number(claim), other)
        return case.with_claim(text, claim, form, value=other)

    return plant


def _off(case: Case, number: str) -> str:
    """The last digit another one, by one to five."""
    at = max(place for place, sign in enumerate(number) if sign.isdigit())
    digit = (int(number[at]) + case.random.randint(1, 5)) % 10
    return f"{number[:at]}{digit}{number[at + 1 :]}"


def _shifted(case: Case, number: str) -> str:
    value = Decimal(number)
    return f"{value * 10:f}" if case.random.random() < 0.5 else f"{value / 10:f}"


def _swapped(case: Case, number: str) -> str:
    """Two neighbouring digits exchanged."""
    places = [
        at
        for at in range(len(number) - 1)
        if number[at : at + 2].isdigit() and number[at] != number[at + 1] and number[at + 1] != "0"
    ]
    if not places:
        return ""
    at = case.random.choice(places)
    return f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"


def _pressure(case: Case, form: Form) -> Planted:
    """A pressure off by some points, or its halves exchanged."""
    claim = case.claim("blood_pressure")
    if claim is None:
        return None
    high, low = claim.systolic, claim.diastolic
    other = (low, high) if case.random.random() < 0.3 else (high + case.random.randint(2, 30), low)
    text = replaced(case.text, f"{high:f}/{low:f}", f"{other[0]:f}/{other[1]:f}")
    return case.with_claim(text, claim, form, systolic=other[0], diastolic=other[1])


def _unit(case: Case, form: Form) -> Planted:
    claim = _measured(case)
    if claim is None or not claim.unit or claim.unit not in case.text:
        return None
    unit = _OTHER_UNIT.get(claim.unit, "mEq/mL")
    joint = "" if unit == "%" else " "
    said = f"{_number(claim)}%" if f"{_number(claim)}%" in case.text else ""
    text = case.text.replace(
        said or f"{_number(claim)} {claim.unit}", f"{_number(claim)}{joint}{unit}", 1
    )
    return case.with_claim(text, claim, form, unit=unit)


def _exchanged(case: Case, form: Form) -> Planted:
    """Two results with each other's numbers; in form ``both``, one with the number of the other."""
    mine = _measured(case)
    others = [
        (statement, claim)
        for statement in case.draft
        if len(statement.claims) == 1
        and isinstance(claim := statement.claims[0], ObservationClaim)
        and claim.value is not None
        and shown_in(statement.text, _number(claim))
    ]
    if mine is None or not others:
        return None
    statement, other = case.random.choice(others)
    if other.name == mine.name or other.value == mine.value:
        return None
    if other.value in _numbers_of(case, mine) or mine.value in _numbers_of(case, other):
        return None
    text = replaced(case.text, _number(mine), _number(other))
    if form == "both":
        return case.with_claim(text, mine, form, value=other.value)
    second = replaced(statement.text, _number(other), _number(mine))
    return case.made(f"{text.rstrip('.')}; {second}", mine, other)


def _test(case: Case, form: Form) -> Planted:
    """The name of another test of the chart, of which the chart has no such number."""
    claim = _measured(case)
    fact = case.fact(claim, ObservationFact) if claim else None
    if claim is None or fact is None or not shown_in(case.text, claim.name):
        return None
    own = case.chart.timeline(fact)
    others = {
        f.name
        for f in case.chart.standing(ObservationFact)
        if f.value and f not in own and f.value.value != claim.value
    }
    names = sorted(name for name in others if name.lower() != claim.name.lower())
    held = {f.name for f in case.chart.standing(ObservationFact) if f.value == fact.value}
    names = [name for name in names if name not in held] or ["Lactate"]
    name = case.random.choice(names)
    return case.with_claim(replaced(case.text, claim.name, name), claim, form, name=name)


def _compared(case: Case, form: Form) -> Planted:
    claim = _measured(case)
    fact = case.fact(claim, ObservationFact) if claim else None
    if claim is None or fact is None or fact.value is None or fact.value.comparator:
        return None
    sign = case.random.choice(_COMPARATORS)
    return case.with_text(replaced(case.text, _number(claim), f"{sign}{_number(claim)}"))


PLANTINGS = (
    Planting(1, "value off", _value(_off)),
    Planting(1, "blood pressure off", _pressure),
    Planting(2, "decimal shift", _value(_shifted)),
    Planting(3, "digits swapped", _value(_swapped)),
    Planting(4, "unit", _unit),
    Planting(5, "values exchanged", _exchanged),
    Planting(6, "wrong test", _test),
    Planting(7, "comparator added", _compared, ("sentence",)),
)
