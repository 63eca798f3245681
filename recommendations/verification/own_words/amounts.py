"""Values on a day, doses and frequencies, and names of drugs that are on no list."""

from collections.abc import Iterator
from decimal import Decimal

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    Fact,
    MedicationFact,
    ObservationFact,
)
from recommendations.verification import units
from recommendations.verification.dates import shown
from recommendations.verification.naming.drugs import drug_names, like, mentions
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.plain import bag, words
from recommendations.verification.rules import differs, finding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.judging import ONCE_A_DAY
from recommendations.verification.sentence.left_out import strength_alone

_DOSES = frozenset(("number", "frequency", "route"))
_OVER = frozenset(("stopped", "past", "ended", "completed", "cancelled", "on-hold"))
_NOTS = frozenset(("no", "not", "never", "without", "nor", "neither", "denies"))
_DRUGS = (MedicationFact, AllergyFact, AdministrationFact)
_CHANGES = frozenset(("up", "down", "by", "gained", "lost"))  # before a difference


def findings(own: Own) -> Iterator[Finding]:
    """What the chart says otherwise of numbers, doses and drugs."""
    yield from _results(own)
    yield from _doses(own)
    yield from _strengths(own)
    yield from _strangers(own)


def _results(own: Own) -> Iterator[Finding]:
    """Values of a test on a day for which the chart has another value."""
    for item in own.scan.items:
        if item.kind not in {"number", "pair"} or own.bounded(item) or not item.text[0].isdigit():
            continue
        who = _who(own, item, ObservationFact)
        day, held = _day_of(own, item, who), _holders(own, item, who)
        if day is None:
            if not own.days() and len(held) == 1:
                own.agreed |= {own.fact(i).handle for i in held}
            continue
        dated = frozenset(i for i in who if own.says(day, i).holds)
        if held & dated:
            own.agreed |= {own.fact(i).handle for i in held & dated}
        elif dated and not _another_test(own, item):
            yield _differs(own, item, min(dated), "value_differs")
        elif held and not dated and day.start >= item.end:
            yield _undated(own, item, day, min(held))


def _undated(own: Own, item: Item, day: Item, index: int) -> Finding:
    fact = own.fact(index)
    when = shown(getattr(fact, "effective", None))
    return differs("date_differs", f"{fact.name} {item.text}, {day.text}", when, fact.handle)


def _day_of(own: Own, item: Item, who: frozenset[int]) -> Item | None:
    """The day that a number is told with: the nearest, where no number of the test is nearer."""
    days = own.days()
    if not days or not who or _difference(own, item) or "between" in own.said:
        return None
    after = [d for d in days if 0 <= d.start - item.end <= 3]
    day = after[0] if after else min(days, key=lambda each: abs(each.start - item.start))
    told = [i for i in own.scan.items if i.kind in {"number", "pair"}]
    rivals = [i for i in told if i is not item and _who(own, i, ObservationFact) & who]
    if any(not _parted_by(days, item, rival) for rival in rivals):
        return None  # "2.52 to 3.28, 22 Feb 2020 to 21 Feb 2021": values first, then days
    return day if after or (len(days) == 1 and not rivals) else None


def _parted_by(days: list[Item], one: Item, other: Item) -> bool:
    first, last = sorted((one.start, other.start))
    return any(first < day.start < last for day in days)


def _another_test(own: Own, item: Item) -> bool:
    """Whether a test that is not named has this very value and unit: the words mean that one."""
    if item.kind != "number" or not item.value.unit:
        return False
    said = (Decimal(item.value.value), item.value.unit)
    named = {s.handle for s in own.scan.cast.subjects}
    return any(
        f.value and units.equal(*said, f.value.value, f.value.unit or f.value.ucum)
        for f in own.chart.standing(ObservationFact)
        if f.handle not in named
    )


def _difference(own: Own, item: Item) -> bool:
    """ "Up 2.5 kg since August": how far it moved, and no value."""
    return bool(item.start) and own.said[item.start - 1] in _CHANGES


def _doses(own: Own) -> Iterator[Finding]:
    """Doses and frequencies that none of the drug's current orders has."""
    for item in own.scan.items if not (own.planned or own.past) else ():
        if item.kind not in _DOSES or (item.kind == "number" and not item.value.unit):
            continue
        given = _holders(own, item, _who(own, item, AdministrationFact))
        own.agreed |= {own.fact(i).handle for i in given}
        if given or _no_schedule(own, item):
            continue
        who = _orders(own, item)
        held = _holders(own, item, who)
        own.agreed |= {own.fact(i).handle for i in held}
        if who and not held and own.says(item, min(who)).holds is False:
            rule = "dose_differs" if item.kind == "number" else f"{item.kind}_differs"
            yield _differs(own, item, min(who), rule)


def _no_schedule(own: Own, item: Item) -> bool:
    """How often something happens, and the time of day of an order that names none."""
    if item.kind != "frequency":
        return False
    owners = (own.fact(i) for i in own.binding.owners(item))
    orders = [f for f in owners if isinstance(f, MedicationFact) and _current(f)]
    daily = any(f.frequency == "daily" for f in orders)
    return item.text.endswith("month") or (daily and item.value in ONCE_A_DAY)


def _orders(own: Own, item: Item) -> frozenset[int]:
    """The orders that a dose may be told of: the current ones, unless one that is over is meant."""
    who = _who(own, item, MedicationFact)
    owners = own.binding.owners(item)
    level = any(isinstance(own.fact(i), ObservationFact) for i in owners)
    if level and item.kind == "number" and not any(_is_dose(item, own.fact(i)) for i in who):
        return frozenset()  # a level of the drug in blood
    if any(i.value in _OVER for i in own.cues("status")):
        every = own.scan.cast.subjects
        return (
            frozenset(s.index for s in every if isinstance(s.fact, MedicationFact)) if who else who
        )
    return frozenset(i for i in who if _current(own.fact(i))) or who


def _is_dose(item: Item, fact: Fact) -> bool:
    dose = fact.dose if isinstance(fact, MedicationFact) else None
    return dose is not None and units.convertible(item.value.unit, dose.unit)


def _strengths(own: Own) -> Iterator[Finding]:
    """A strength told with a frequency reads as the dose."""
    for item, found in own.names(MedicationFact) if not own.planned else ():
        current = [i for i in item.subjects if i >= 0 and _current(own.fact(i))]
        told = [strength_alone(own.binding.subject(i), own.scan, own.binding) for i in current]
        if current and all(told):
            only = told[0][0]
            yield differs("dose_differs", item.text, only.chart_says, found[0].handle)


def _current(fact: Fact) -> bool:
    return fact.status in {"active", "on-hold"}


def _who(own: Own, item: Item, kind: type[Fact]) -> frozenset[int]:
    return frozenset(i for i in own.binding.owners(item) if isinstance(own.fact(i), kind))


def _holders(own: Own, item: Item, who: frozenset[int]) -> frozenset[int]:
    return frozenset(i for i in who if own.says(item, i).holds)


def _differs(own: Own, item: Item, index: int, rule: str) -> Finding:
    fact = own.fact(index)
    chart = own.says(item, index).chart or "something else"
    return differs(rule, f"{fact.name} {item.text}", chart, fact.handle)


def _strangers(own: Own) -> Iterator[Finding]:
    """Drugs that neither the medications nor the allergies that were read have."""
    if own.planned or own.past or not own.chart.complete("medications"):
        return
    known = [f for f in own.chart.facts if isinstance(f, _DRUGS)]
    for start, end, _ in mentions(tuple(own.said)):
        name = " ".join(own.said[start:end])
        if any(_is(name, f) for f in known) or _NOTS & set(own.said[max(0, start - 3) : start]):
            continue
        told = f"Names {name}, which is not on the medication list that was read."
        if near := next((f.name for f in known for w in bag(f.name) if like(w, name)), ""):
            told = f"{told[:-1]}; {near} is."
        yield finding("drug_uncited", told, draft=name)


def _is(name: str, fact: Fact) -> bool:
    joined = "".join(words(name)) in "".join(words(fact.name))  # "vitamin B12", "Vitamin B 12"
    return joined or bag(name) in drug_names(fact.name) or set(bag(name)) <= set(bag(fact.name))
