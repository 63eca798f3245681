"""Values without a day, the latest and the highest, and what is said of the reference range."""

import re
from collections.abc import Iterator
from decimal import Decimal

from recommendations.clinical.facts import Fact, ObservationFact, Quantity
from recommendations.clinical.observations import FINAL
from recommendations.verification import units
from recommendations.verification.dates import shown
from recommendations.verification.holding.observations import amount, bounds, side_of_range
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.plain import listed
from recommendations.verification.rules import differs
from recommendations.verification.sentence.cues import cue
from recommendations.verification.sentence.items import Item, Number

_MOVED = listed("to up down of from range")
_ROLES = frozenset(("last", "first", "highest", "lowest"))
_RANGE_WORDS = listed("range limits reference normal")
_PAST = listed("was were had been")
_NEGATIVE = re.compile(
    r"\b(?:negative|nonreactive|non reactive|non-reactive|(?:not|none) detected|undetected|"
    r"not (?:positive|reactive))\b"
)
_POSITIVE = re.compile(r"\b(?:positive|reactive|detected)\b")


def findings(own: Own) -> Iterator[Finding]:
    """What differs of values, of their place among others and in their range."""
    yield from _roles(own)
    yield from _undated(own)
    for item in own.cues("range"):
        yield from _ranged(own, item)
    for item in own.scan.items:
        if item.kind == "span" and not own.planned:
            yield from _bounds(own, item)
    yield from _in_words(own)


def _number(own: Own, item: Item) -> tuple[Item, list[ObservationFact]] | None:
    """The test that a number stands by; none where it is a limit, a difference or a target."""
    if item.kind != "number" or own.bounded(item) or own.weighed(item, back=4):
        return None
    if set(own.said[max(0, item.start - 2) : item.start]) & _MOVED or not item.text[0].isdigit():
        return None
    near = own.nearest(item, ObservationFact, most=4)
    return (near[0], _results(near[1])) if near else None


def _results(found: list[Fact]) -> list[ObservationFact]:
    return [f for f in found if isinstance(f, ObservationFact) and f.status in FINAL]


def _holding(item: Item, found: list[ObservationFact]) -> list[ObservationFact]:
    return [f for f in found if f.value and _same(item.value, f.value)]


def _same(said: Number, value: Quantity) -> bool:
    """Whether a number is the chart's, or what it is rounded to."""
    unit = value.unit or value.ucum
    if units.equal(Decimal(said.value), said.unit, value.value, unit):
        return True
    places = len(said.value.partition(".")[2])
    longer = len(f"{value.value:f}".partition(".")[2]) > places
    return longer and round(value.value, places) == Decimal(said.value)


def _roles(own: Own) -> Iterator[Finding]:
    """ "Highest potassium was 4.8", where another is higher."""
    for role in own.cues("role"):
        if role.value not in _ROLES or own.planned:
            continue
        for item in own.scan.items:
            told = _number(own, item)
            if told is None or own.parted(role, item) or abs(role.start - told[0].start) > 4:
                continue
            held = _holding(item, told[1])
            judged = [cue(role, f, own.chart) for f in held]
            if held and all(j.holds is False for j in judged):
                said = f"{role.text} {told[0].text} {item.text}"
                yield differs("role_differs", said, judged[0].chart, held[0].handle)


def _undated(own: Own) -> Iterator[Finding]:
    """A laboratory value that the chart has on no day; a vital sign may just have been taken."""
    if own.planned or own.fresh:
        return
    for item in own.scan.items:
        told = _number(own, item)
        if told is None or own.days() or len(_numbers(own)) > 1:
            continue
        found = [f for f in told[1] if f.category == "laboratory" and f.value]
        if found and not _holding(item, told[1]):
            last = _latest(found)
            value = f"{amount(last.value)} on {shown(last.effective)}" if last.value else ""
            yield differs("value_differs", f"{told[0].text} {item.text}", value, last.handle)


def _numbers(own: Own) -> list[Item]:
    return [i for i in own.scan.items if i.kind in {"number", "pair", "span"}]


def _latest(found: list[ObservationFact]) -> ObservationFact:
    return max(found, key=lambda f: f.effective.text if f.effective else "")


def _ranged(own: Own, item: Item) -> Iterator[Finding]:
    """Above, within or below the range, of the value that is told or of the latest."""
    near = own.nearest(item, ObservationFact, most=4) or own.only(ObservationFact)
    if near is None or own.fresh or own.planned or own.weighed(item) or own.negated(item):
        return
    following = own.said[item.end : item.end + 1]
    if item.value == "critical" or following == ["normal"] or own.said[item.start - 1] == "high":
        return
    found = _spoken_of(own, _results(near[1]))
    judged = [(cue(item, f, own.chart), f) for f in found]
    if judged and all(j.holds is False for j, _ in judged):
        fact = judged[0][1]
        value = amount(fact.value) if fact.value else fact.value_text
        chart = f"{value}, {side_of_range(fact)} {bounds(fact)}".strip()
        yield differs("range_differs", f"{near[0].text} {item.text}", chart, fact.handle)


def _bounds(own: Own, item: Item) -> Iterator[Finding]:
    """The ends of the reference range."""
    near = own.only(ObservationFact)
    if near is None or not _RANGE_WORDS & set(own.said[max(0, item.start - 4) : item.start]):
        return
    index = {s.fact.handle: s.index for s in own.scan.cast.subjects}
    judged = [(own.says(item, index[f.handle]), f) for f in _results(near[1])]
    if judged and all(j.holds is False for j, _ in judged):
        yield differs("range_differs", item.text, judged[0][0].chart, judged[0][1].handle)


def _spoken_of(own: Own, found: list[ObservationFact]) -> list[ObservationFact]:
    """The results that a word for the range may be said of."""
    if not found:
        return []
    for item in _numbers(own):
        if item.kind == "number" and (held := _holding(item, found)):
            return held
    index = {s.fact.handle: s.index for s in own.scan.cast.subjects}
    for day in own.days():
        return [f for f in found if own.says(day, index[f.handle]).holds]
    return found if _PAST & set(own.said) else [_latest(found)]


def _in_words(own: Own) -> Iterator[Finding]:
    """ "Pregnancy test positive", where the chart says that it is negative."""
    if own.fresh or own.planned:
        return
    for name, found in own.names(ObservationFact):
        results = [f for f in _results(found) if _sign(f.value_text)]
        said = _sign(" ".join(own.said[max(0, name.start - 3) : name.end + 4]))
        if said and results and all(_sign(f.value_text) != said for f in results):
            fact = _latest(results)
            yield differs("value_differs", f"{name.text} {said}", fact.value_text, fact.handle)


def _sign(text: str) -> str:
    """ "positive" or "negative"; empty where the words say neither, or only weigh it."""
    low = text.lower()
    if re.search(r"\b(?:if|whether|until|repeat)\b", low):
        return ""
    if _NEGATIVE.search(low):
        return "negative"
    return "positive" if _POSITIVE.search(low) else ""
