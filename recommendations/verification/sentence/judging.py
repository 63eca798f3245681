"""What one fact says of one number, date, dose or phrase of a sentence.

Each judgement is yes, no (the chart says otherwise) or unknown (the chart says nothing), with what
the chart says.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    DemographicsFact,
    EncounterFact,
    ImmunizationFact,
    MedicationFact,
    ObservationFact,
    PartialDate,
    Quantity,
    ReferralFact,
)
from recommendations.verification import units
from recommendations.verification.amounts import amounts_in, same_amount
from recommendations.verification.chart import Chart
from recommendations.verification.dates import agrees, date_of, shown
from recommendations.verification.holding import administrations
from recommendations.verification.holding.medications import COUNTED, doses
from recommendations.verification.holding.observations import amount, bounds, component, pair
from recommendations.verification.plain import bag
from recommendations.verification.routes import route_of
from recommendations.verification.sentence.items import Date, Item, Number, Subject
from recommendations.verification.sentence.patterns import canonical, frequencies_in
from recommendations.verification.sentence.vocabulary import occasions


class Judgement(NamedTuple):
    """``holds`` is None where the chart says nothing."""

    holds: bool | None
    chart: str = ""


YES, UNKNOWN = Judgement(holds=True), Judgement(holds=None)
Judge = Callable[[Item, Any, Chart], Judgement]


def no(chart: str) -> Judgement:
    """The chart says otherwise."""
    return Judgement(holds=False, chart=chart)


def said(holds: bool, chart: str) -> Judgement:  # noqa: FBT001
    """Yes, or no with what the chart says; unknown where it says nothing."""
    if holds:
        return YES
    return no(chart) if chart else UNKNOWN


def datum(item: Item, subject: Subject, chart: Chart) -> Judgement:
    """The judgement of a number, pair, span, date, frequency, route or as-needed."""
    judge = _JUDGES.get((item.kind, subject.fact.kind)) or _JUDGES.get((item.kind, ""))
    return judge(item, subject.fact, chart) if judge else UNKNOWN


def _result(item: Item, fact: ObservationFact, chart: Chart) -> Judgement:
    number: Number = item.value
    quantities = [fact.value] if fact.value else [p.value for p in fact.components]
    if item.family.endswith("bound"):
        holds = _is_bound(number, fact, item.family)
        return said(holds, f"a reference range of {bounds(fact)}")
    if item.family.startswith("part:"):
        part = item.family.removeprefix("part:")
        quantities = [p.value for p in fact.components if p.name == part]
    if any(_equals(number, q) for q in quantities):
        return YES
    shown_value = amount(fact.value) if fact.value else pair(fact) or fact.value_text
    when = f" on {shown(fact.effective)}" if fact.effective else ""
    return said(holds=False, chart=f"{shown_value}{when}" if shown_value else "")


def _equals(number: Number, quantity: Quantity) -> bool:
    given = quantity.comparator if quantity.comparator != "ad" else ""
    if number.comparator.rstrip("=") != given.rstrip("="):
        return False
    unit = quantity.unit or quantity.ucum
    return units.equal(Decimal(number.value), number.unit, quantity.value, unit)


def _is_bound(number: Number, fact: ObservationFact, which: str) -> bool:
    found = fact.reference_range
    if found is None:
        return False
    ends = {"upper bound": {found.high}, "lower bound": {found.low}}
    value = Decimal(number.value)
    return bool(value in ends.get(which, {found.low, found.high}) and fact.value and (
        not number.unit or units.convertible(number.unit, fact.value.unit)
    ))  # fmt: skip


def _pressure(item: Item, fact: ObservationFact, chart: Chart) -> Judgement:
    high, low = component(fact, "systolic"), component(fact, "diastolic")
    if high is None or low is None:
        return UNKNOWN
    when = f" on {shown(fact.effective)}" if fact.effective else ""
    return said(item.value == (high.value.value, low.value.value), f"{pair(fact)}{when}")


def _span(item: Item, fact: ObservationFact, chart: Chart) -> Judgement:
    found = fact.reference_range
    if found is None:
        return UNKNOWN
    low, high = item.value
    same = high == found.high and (low == found.low or (low is None and found.low == 0))
    return said(same, f"a reference range of {bounds(fact)}")


_DURATIONS = frozenset(("d", "wk", "mo", "h", "min", "a"))


def _dose(item: Item, fact: MedicationFact, chart: Chart) -> Judgement:
    number: Number = item.value
    counted = [a for a in amounts_in(fact.dosage_text) if units.ucum(a[1]) in COUNTED]
    licensed = [*doses(fact), *counted]
    said_amount = (number.value, number.unit)
    if item.family == "strength" and (strengths := amounts_in(fact.strength)):
        return said(any(same_amount(said_amount, a) for a in strengths), fact.strength)
    if units.ucum(number.unit) in _DURATIONS:
        told = amounts_in(fact.dosage_text)
        return said(any(same_amount(said_amount, a) for a in told), "")
    if not number.comparator and any(same_amount(said_amount, a) for a in licensed):
        return YES
    if fact.dose is not None:
        return no(f"{fact.dose.value:f} {fact.dose.unit}".strip())
    return said(holds=False, chart=fact.dosage_text or fact.strength)


def _frequency(item: Item, fact: MedicationFact, chart: Chart) -> Judgement:
    own = {fact.frequency, canonical(fact.frequency.lower())}
    told = own if fact.frequency else frequencies_in(fact.dosage_text)
    texts = frequencies_in(fact.dosage_text)
    if item.value in told or _meals(item.value, texts):
        return YES
    if item.value == "daily" and told and told <= ONCE_A_DAY:
        return YES
    parts = frequencies_in(item.text)
    if parts and parts <= told | texts and parts & told:
        return YES
    return said(holds=False, chart=fact.frequency or fact.dosage_text)


ONCE_A_DAY = {"daily", "at bedtime", "every morning", "every evening", "every 24 hours"}


def _meals(value: str, texts: set[str]) -> bool:
    return any(w in value for w in ("meal", "breakfast", "dinner", "lunch")) and value in texts


def _as_needed(item: Item, fact: MedicationFact, chart: Chart) -> Judgement:
    return YES if fact.as_needed else no(fact.frequency or "no \u201cas needed\u201d")


def _route(item: Item, fact: MedicationFact, chart: Chart) -> Judgement:
    texts = (fact.route, fact.dosage_text, fact.name)
    recorded = next((r for text in texts if (r := route_of(text))), "")
    return said(bool(recorded) and item.value == recorded, fact.route or recorded)


def _dose_number(item: Item, fact: ImmunizationFact, chart: Chart) -> Judgement:
    return said(bool(fact.dose_number) and item.value.value == fact.dose_number, fact.dose_number)


def _age(item: Item, fact: DemographicsFact, chart: Chart) -> Judgement:
    if isinstance(item.value, Number):
        told: Number = item.value
        same = told.value == str(fact.age) and not told.comparator
        years = fact.age_text.endswith("years") if told.unit else True
        return said(same and years and units.ucum(told.unit) in {"", "a"}, fact.age_text)
    number, unit = item.value
    if unit == "year":
        return said(fact.age == number and "month" not in fact.age_text, fact.age_text)
    return said(fact.age_text.startswith(f"{number} {unit}"), fact.age_text)


def _date(item: Item, fact: Any, chart: Chart) -> Judgement:
    when: Date = item.value
    found = date_of(fact, when.role)
    if found is None:
        return UNKNOWN
    if not when.iso.startswith("--"):
        return said(agrees(when.iso, found), shown(found))
    return said(
        found.day[4:].startswith(when.iso[1:]) and _within_a_year(found, chart), shown(found)
    )


def _within_a_year(found: PartialDate, chart: Chart) -> bool:
    days = chart.days_since(found)
    return days is not None and abs(days) < 365


_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def _ago(item: Item, fact: Any, chart: Chart) -> Judgement:
    number, unit = item.value
    found = date_of(fact, item.family)
    days = chart.days_since(found)
    if found is None or days is None:
        return UNKNOWN
    if unit.startswith("this "):
        size = 4 if unit == "this year" else 7
        return said(found.day[:size] == chart.as_of[:size], shown(found))
    if unit in {"day", "week"}:
        return said(int(days / _DAYS[unit]) == number, shown(found))
    return said(_calendar(found, chart, unit) == number, shown(found))


def _calendar(found: PartialDate, chart: Chart, unit: str) -> int:
    """Whole months or years between a day and the day of the reading."""
    then, now = date.fromisoformat(found.day), date.fromisoformat(chart.as_of[:10])
    if then > now:
        months = (then.year - now.year) * 12 + then.month - now.month - (then.day < now.day)
        return -months if unit == "month" else -(months // 12)
    months = (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day)
    return months if unit == "month" else months // 12


def _reaction(item: Item, fact: AllergyFact, chart: Chart) -> Judgement:
    named = {bag(r.manifestation) for r in fact.reactions}
    return said(bag(item.value) in named, ", ".join(r.manifestation for r in fact.reactions))


def _value_text(item: Item, fact: ObservationFact, chart: Chart) -> Judgement:
    return said(bag(item.value) == bag(fact.value_text), fact.value_text)


def _occasion(
    item: Item, fact: EncounterFact | AppointmentFact | ReferralFact, chart: Chart
) -> Judgement:
    return said(bag(item.value) in map(bag, occasions(fact.reason)), fact.reason)


def _reason(item: Item, fact: MedicationFact, chart: Chart) -> Judgement:
    return said(bag(item.value) == bag(fact.reason), fact.reason)


def _given_dose(item: Item, fact: AdministrationFact, chart: Chart) -> Judgement:
    number: Number = item.value
    ours = (number.value, number.unit)
    strength = item.family == "strength"
    known = amounts_in(fact.strength) if strength else administrations.doses(fact)
    holds = not number.comparator and any(same_amount(ours, each) for each in known)
    return said(holds, " ".join(known[0]) if known else "")


def _given_route(item: Item, fact: AdministrationFact, chart: Chart) -> Judgement:
    recorded = administrations.route(fact)
    return said(bool(recorded) and item.value == recorded, fact.route or recorded)


def _given_date(item: Item, fact: AdministrationFact, chart: Chart) -> Judgement:
    """As of any date; a time written with it ("2026-11-14T08:00") is held, too."""
    time = re.search(r"[Tt ](\d{2}:\d{2})", item.text)
    judged = _date(item, fact, chart)
    if not time or not judged.holds:
        return judged
    return _at(time[1], date_of(fact, item.value.role))


def _given_clock(item: Item, fact: AdministrationFact, chart: Chart) -> Judgement:
    time, role = item.value
    return _at(time, date_of(fact, role))


def _at(time: str, when: PartialDate | None) -> Judgement:
    recorded = administrations.clock(when)
    return said(bool(recorded) and time == recorded, recorded)


def _why(item: Item, fact: AdministrationFact, chart: Chart) -> Judgement:
    return said(bag(item.value) == bag(fact.reason), fact.reason)


_JUDGES: dict[tuple[str, str], Judge] = {
    ("number", "administration"): _given_dose, ("route", "administration"): _given_route,
    ("date", "administration"): _given_date, ("clock", "administration"): _given_clock,
    ("why", "administration"): _why,
    ("number", "observation"): _result, ("number", "medication"): _dose,
    ("number", "immunization"): _dose_number, ("number", "demographics"): _age,
    ("pair", "observation"): _pressure, ("span", "observation"): _span,
    ("age", "demographics"): _age, ("frequency", "medication"): _frequency,
    ("as_needed", "medication"): _as_needed, ("route", "medication"): _route,
    ("date", ""): _date, ("ago", ""): _ago, ("reaction", "allergy"): _reaction,
    ("value_text", "observation"): _value_text, ("reason", "medication"): _reason,
    ("occasion", "encounter"): _occasion, ("occasion", "appointment"): _occasion,
    ("occasion", "referral"): _occasion,
}  # fmt: skip
