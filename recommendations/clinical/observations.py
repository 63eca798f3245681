"""What laboratory results and vital signs have in common: values, ranges, trends, choice."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import Component, ObservationFact, Quantity, ReferenceRange
from recommendations.clinical.results import Trend
from recommendations.clinical.tool import (
    Choice,
    Resource,
    Unusable,
    matches,
    name_and_codings,
    since,
    standing,
)

_INTERPRETATIONS = {
    "HIGH": "H", "LOW": "L", "NORMAL": "N", "ABNORMAL": "A", "CRITICAL HIGH": "HH",
    "CRITICAL LOW": "LL", "ABOVE HIGH NORMAL": "H", "BELOW LOW NORMAL": "L",
}  # fmt: skip
ABNORMAL = {"H", "L", "HH", "LL", "A", "AA", "HU", "LU", "POS", "DET"}
FINAL = {"final", "amended", "corrected", ""}
TREND_VALUES, TREND_DAYS = 8, 730
_MOST_NOTES = 3
_AWAITED = {"registered", "preliminary"}  # may have no value yet


def build(resource: Resource, category: str) -> ObservationFact:
    """An Observation; one without value, component or reason for having none is unusable."""
    raw = resource.raw
    name, codes = name_and_codings(fhir_json.item(raw, "code"), missing="no name")
    value, text = _value(resource)
    parts = tuple(_components(raw))
    absent = fhir_json.words(fhir_json.item(raw, "dataAbsentReason"))
    status = fhir_json.string(raw, "status")
    if value is None and not text and not parts and not absent and status not in _AWAITED:
        raise Unusable("no value")
    reference, warnings = _range(raw, value)
    if absent:
        warnings = (*warnings, f"No value: {absent}.")
    comment, more = comments(raw)
    return ObservationFact(
        handle="",
        source=resource.source,
        name=name,
        codings=codes,
        status=status,
        category=category,
        value=value,
        value_text=text,
        components=parts,
        reference_range=reference,
        interpretation=_interpretation(raw),
        effective=fhir_json.date(raw, "effectiveDateTime", "effectivePeriod", "effectiveInstant"),
        recorded=fhir_json.date(raw, "issued"),
        comment=resource.masked(comment),
        warnings=(*warnings, *more),
    )


def comments(raw: dict[str, object]) -> tuple[str, tuple[str, ...]]:
    """The first notes on a result or an allergy, and a warning where there are more."""
    notes, more = fhir_json.some(fhir_json.items(raw, "note"), _MOST_NOTES, "of its comments")
    return " ".join(fhir_json.string(note, "text") for note in notes), more


def _value(resource: Resource) -> tuple[Quantity | None, str]:
    raw = resource.raw
    if (value := fhir_json.quantity(raw, "valueQuantity")) is not None:
        return value, ""
    if (number := fhir_json.number(raw, "valueInteger")) is not None:
        return Quantity(value=number), ""
    if (said := fhir_json.boolean(raw, "valueBoolean")) is not None:
        return None, "yes" if said else "no"
    coded = fhir_json.words(fhir_json.item(raw, "valueCodeableConcept"))
    return None, coded or resource.free_text(raw, "valueString")


def _components(raw: dict[str, object]) -> Iterable[Component]:
    for part in fhir_json.items(raw, "component"):
        concept = fhir_json.item(part, "code")
        value, name = fhir_json.quantity(part, "valueQuantity"), fhir_json.words(concept)
        if value is not None and name:
            yield Component(name=name, codings=fhir_json.codings(concept), value=value)


def _interpretation(raw: dict[str, object]) -> str:
    concept = fhir_json.item(raw, "interpretation")
    found = fhir_json.code(concept).upper()
    return _INTERPRETATIONS.get(found, found)[:10]


def _range(
    raw: dict[str, object], value: Quantity | None
) -> tuple[ReferenceRange | None, tuple[str, ...]]:
    ranges = [r for r in fhir_json.items(raw, "referenceRange") if _is_normal(r)]
    if not ranges:
        return None, ()
    if len(ranges) > 1:
        return None, ("The result has several reference ranges.",)
    low, high = fhir_json.quantity(ranges[0], "low"), fhir_json.quantity(ranges[0], "high")
    text = fhir_json.string(ranges[0], "text")
    units = {q.unit for q in (low, high) if q and q.unit}
    if value and units - {value.unit, value.ucum}:
        return ReferenceRange(text=text), ("The reference range is in another unit.",)
    if low and high and low.value > high.value:
        return ReferenceRange(text=text), ("The reference range is the wrong way round.",)
    return (
        ReferenceRange(
            low=low.value if low else None, high=high.value if high else None, text=text
        ),
        (),
    )


def _is_normal(reference: dict[str, object]) -> bool:
    return fhir_json.code(fhir_json.item(reference, "type")) in {"", "normal"}


def versus_range(fact: ObservationFact) -> Literal["", "above", "within", "below"]:
    """Where the value lies; empty where there is no number, or no range to hold it against."""
    found = fact.reference_range
    if fact.value is None or fact.value.comparator or found is None:
        return ""
    if found.high is not None and fact.value.value > found.high:
        return "above"
    if found.low is not None and fact.value.value < found.low:
        return "below"
    return "within" if found.low is not None and found.high is not None else ""


def is_abnormal(fact: ObservationFact) -> bool:
    """Outside its range, or marked so by the laboratory."""
    return versus_range(fact) in {"above", "below"} or fact.interpretation in ABNORMAL


def test_of(fact: ObservationFact) -> str:
    """What tells one test's values from another's: the LOINC code, else the name; and the unit."""
    loinc = next((c.code for c in fact.codings if c.code and "loinc" in c.system), "")
    return f"{loinc or fact.name.lower()} {fact.value.unit if fact.value else ''}"


def by_test(facts: Iterable[ObservationFact]) -> dict[str, list[ObservationFact]]:
    """Facts by test, each newest first, as they came."""
    ordered = sorted(facts, key=test_of)
    return {test: list(values) for test, values in groupby(ordered, key=test_of)}


def trend(values: Sequence[ObservationFact]) -> Trend | None:
    """How the newest values of one test moved; None under two, or where one instant has two."""
    numbered = [f for f in values if f.value and not f.value.comparator and f.effective]
    recent = _within_reach([f for f in numbered if f.status in FINAL][:TREND_VALUES])
    if len(recent) < 2 or len({fhir_json.moment(f.effective) for f in recent}) < len(recent):
        return None
    last, first = recent[0], recent[-1]
    low, high = min(recent, key=_number), max(recent, key=_number)
    change = _number(last) - _number(first)
    return Trend(
        name=last.name,
        first=first.handle,
        last=last.handle,
        direction="rising" if change > 0 else "falling" if change < 0 else "unchanged",
        count=len(recent),
        low=low.handle,
        high=high.handle,
    )


def _within_reach(values: list[ObservationFact]) -> list[ObservationFact]:
    """The values no more than ``TREND_DAYS`` before the newest: an old one tells of no movement."""
    days = [fhir_json.day_number(f.effective) for f in values]
    return [f for f, day in zip(values, days, strict=True) if day and days[0] - day <= TREND_DAYS]


def _number(fact: ObservationFact) -> float:
    return float(fact.value.value) if fact.value else 0.0


def newest(
    facts: Sequence[ObservationFact],
    *,
    terms: Sequence[str],
    after: str | None,
    each: int,
    most: int,
) -> Choice:
    """The newest ``each`` values of every test, from the day ``after`` on; at most ``most`` tests.

    Where ``terms`` name tests, only of those.
    """
    found = [fact for fact in facts if matches(fact, terms)] if terms else list(facts)
    return _chosen(since(found, after, lambda fact: fact.effective), each=each, most=most)


def _chosen(facts: Sequence[ObservationFact], *, each: int, most: int) -> Choice:
    """The newest ``each`` values of every test; at most ``most`` tests.

    Of thousands of results the latest of each test comes first to those out of range, then to the
    most recent. The ends of each trend are always given, so that they can be cited.
    """
    every = sorted(by_test(standing(facts)).values(), key=_importance)
    tests, more = every[:most], every[most:]
    trends = [found for values in tests if (found := trend(values))]
    ends = {h for t in trends for h in (t.first, t.last, t.low, t.high)}
    picked = [
        fact
        for values in tests
        for place, fact in enumerate(values)
        if place < each or fact.handle in ends or _at_once(fact, values[0])
    ]
    left = [values[0] for values in more]
    return Choice(facts=picked, left=left, total=len(standing(facts)), trends=trends)


def _at_once(fact: ObservationFact, newest: ObservationFact) -> bool:
    """Whether both are of one moment: then neither is the newest, and both are given."""
    return fact.effective is not None and fact.effective == newest.effective


def _importance(values: Sequence[ObservationFact]) -> tuple[bool, float, float, str]:
    newest = values[0]
    day = newest.effective.day if newest.effective else ""
    age = -float(day.replace("-", "").ljust(8, "0") or 0)
    return not is_abnormal(newest), age, -excursion(newest), newest.name


def excursion(fact: ObservationFact) -> float:
    """How far out of its range, in widths of the range; a value marked critical comes first."""
    found, value = fact.reference_range, fact.value
    if fact.interpretation in {"HH", "LL"}:
        return 1_000.0
    if value is None or found is None or versus_range(fact) not in {"above", "below"}:
        return 0.0
    bound = found.high if versus_range(fact) == "above" else found.low
    width = found.high - found.low if found.high is not None and found.low is not None else bound
    return float(abs(value.value - (bound or 0)) / width) if width else 1.0
