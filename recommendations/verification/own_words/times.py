"""Since when, when, and for how long: of problems, procedures, visits and appointments."""

import re
from collections.abc import Iterator
from datetime import date

from recommendations.clinical.facts import (
    AdministrationFact,
    AppointmentFact,
    ConditionFact,
    EncounterFact,
    Fact,
    ImmunizationFact,
    MedicationFact,
    PartialDate,
    ProcedureFact,
)
from recommendations.verification.dates import date_of, shown
from recommendations.verification.lexicon.neutral import NUMBER_WORDS
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.rules import differs
from recommendations.verification.sentence.items import Date, Item
from recommendations.verification.sentence.patterns import count

_DATED = (ConditionFact, ProcedureFact, EncounterFact, AppointmentFact, ImmunizationFact)
_GIVEN = (MedicationFact, AdministrationFact)
_STARTS = re.compile(r"\b(?:since|diagnosed|onset|began|started|from|first|found)\b[^,;]*$")
_VISITS = frozenset(("visit", "seen", "encounter", "note", "admitted", "admission", "reviewed"))
_RIGHT_AFTER = re.compile(r"\W*(?:(?:in|on|of|early|late|mid|around|about) ?)*\W*$")
_WORDS = {"thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40}
_N = rf"(\d+|{'|'.join([*NUMBER_WORDS, *_WORDS])})"
_FOR = re.compile(
    rf"\bfor (?:about |around |nearly |almost |over |more than |at least |the (?:last|past) )*"
    rf"{_N} (month|year)s?\b"
)
_SINCE_LAST = re.compile(r"\bsince (?:last|yesterday|this) ?(week|month|year|day)?\b")
_MONTHS = {"month": 1.0, "year": 12.0, "week": 0.25, "day": 0.04, None: 0.04}
_ROOM = 0.34  # how far a length told in round numbers may be off


def findings(own: Own) -> Iterator[Finding]:
    """Days that no entry of this name has, and lengths that its beginning gainsays."""
    for item in own.scan.items:
        if item.kind in {"date", "ago"} and not own.weighed(item):
            drugs = _administered(own) and own.nearest(item, _GIVEN, most=6)
            yield from _given(own, item) if drugs else _day(own, item)
    yield from _lengths(own)


def _day(own: Own, item: Item) -> Iterator[Finding]:
    near = own.nearest(item, _DATED, most=6) or _stay(own, item) or _onset(own, item)
    if near is None or own.negated(near[0]) or _of_results(own, item, near[0]):
        return
    name, found = near
    if "note" in own.said[name.end : item.start]:
        return  # the day of a note, which may be written later
    if _VISITS & set(own.said[: item.start]) and isinstance(found[0], ConditionFact):
        return  # the day of the visit at which it was spoken of
    if own.planned and not any(isinstance(f, ConditionFact) for f in found):
        return
    between = own.text(name.end - 1, item.start + 1, inner=True)
    start = bool(_STARTS.search(own.text(0, item.start))) or bool(_RIGHT_AFTER.match(between))
    known = [(f, when) for f in found if (when := date_of(f, ""))]
    if not known or any(_fits(own, item, f, start=start) for f, _ in known):
        return
    fact, when = known[0]
    yield differs("date_differs", f"{name.text} {item.text}", shown(when), fact.handle)


def _onset(own: Own, item: Item) -> tuple[Item, list[Fact]] | None:
    """ "Gout is active, with onset in 2015": the one problem that is named."""
    said = {"onset", "diagnosed", "since"} & set(own.said[max(0, item.start - 3) : item.start])
    return own.only(ConditionFact) if said else None


def _stay(own: Own, item: Item) -> tuple[Item, list[Fact]] | None:
    """ "Admitted on 21 November", of the stays that were read."""
    stays: list[Fact] = [
        own.fact(s.index) for s in own.scan.cast.subjects if isinstance(s.fact, EncounterFact)
    ]
    said = next((i for i in own.cues("stay") if 0 <= item.start - i.end <= 2), None)
    return (said, stays) if said and stays else None


def _of_results(own: Own, item: Item, name: Item) -> bool:
    """Whether a result's name stands nearer to the day."""
    nearer = [i for i in own.scan.items if i.kind in {"number", "pair"} and i.start > name.start]
    return any(i.start < item.start and i.value != "" and i.kind == "pair" for i in nearer)


def _fits(own: Own, item: Item, fact: Fact, *, start: bool) -> bool:
    """Whether the day is one of the fact's; within its time, unless it is told as its beginning."""
    index = next(s.index for s in own.scan.cast.subjects if s.fact.handle == fact.handle)
    held = own.says(item, index).holds
    if held or held is None:
        return True
    if item.kind != "date":
        return False
    said: str = item.value.iso
    if said.startswith("--"):
        return isinstance(fact, ConditionFact) or any(
            when.day[4:].startswith(said[1:]) for when in _days(fact)
        )
    if any(when.day.startswith(said) or said.startswith(when.day) for when in _days(fact)):
        return True
    return (
        not start and isinstance(fact, ConditionFact | EncounterFact) and _within(own, said, fact)
    )


def _days(fact: Fact) -> list[PartialDate]:
    names = ("onset", "abatement", "start", "end", "performed", "occurred", "recorded")
    return [when for name in names if (when := getattr(fact, name, None))]


def _within(own: Own, said: str, fact: ConditionFact | EncounterFact) -> bool:
    begin = fact.onset if isinstance(fact, ConditionFact) else fact.start
    end = fact.abatement if isinstance(fact, ConditionFact) else fact.end
    open_ = isinstance(fact, ConditionFact) and fact.status in {"active", "recurrence", "remission"}
    last = end.day if end else own.chart.as_of[:10] if open_ else begin.day if begin else ""
    return begin is not None and begin.day[: len(said)] <= said <= last[: len(said)]


def _administered(own: Own) -> bool:
    return any(i.value == "given" for i in own.cues("status"))


def _given(own: Own, item: Item) -> Iterator[Finding]:
    """A dose that was given, on a day on which neither a dose nor a single order stands."""
    near = own.nearest(item, _GIVEN, most=6)
    if near is None or item.kind != "date" or own.planned:
        return
    once = [f for f in near[1] if isinstance(f, AdministrationFact) or f.status == "completed"]
    known = [(f, when) for f in once if (when := date_of(f, ""))]
    if len(once) != len(near[1]) or not known:
        return
    said: Date = item.value
    if not any(_same_day(said.iso, when) for _, when in known):
        fact, when = known[0]
        yield differs("date_differs", f"{near[0].text} {item.text}", shown(when), fact.handle)


def _same_day(said: str, when: PartialDate) -> bool:
    return when.day[4:].startswith(said[1:]) if said.startswith("--") else when.day.startswith(said)


def _lengths(own: Own) -> Iterator[Finding]:
    """ "For ten years" and "since last year" of a problem whose beginning is known."""
    for hit in (*_FOR.finditer(own.low), *_SINCE_LAST.finditer(own.low)):
        near = _before(own, hit.start())
        if near is None:
            continue
        name, found = near
        lengths = [(f, m) for f in found if (m := _months(own, f)) is not None]
        if lengths and not any(_about(hit, m) for _, m in lengths):
            fact = lengths[0][0]
            since = f"since {shown(date_of(fact, ''))}"
            yield differs("date_differs", f"{name.text} {hit[0]}", since, fact.handle)


def _before(own: Own, at: int) -> tuple[Item, list[Fact]] | None:
    """The problem named shortly before a place, where nothing is denied of it."""
    for name, found in own.names(ConditionFact):
        end = own.scan.tokens[name.end - 1].end
        between = own.low[end:at]
        if 0 <= at - end < 30 and not own.negated(name) and not re.search(r"[,;]", between):
            return name, found
    return None


def _months(own: Own, fact: Fact) -> float | None:
    onset = getattr(fact, "onset", None)
    if onset is None:
        return None
    try:
        now = date.fromisoformat(own.chart.as_of[:10])
        year, month = int(onset.day[:4]), int(onset.day[5:7] or 6)
    except ValueError:
        return None
    return (now.year - year) * 12 + now.month - month


def _about(hit: re.Match[str], months: float) -> bool:
    if hit[0].startswith("for"):
        told = (_WORDS.get(hit[1]) or count(hit[1])) * _MONTHS[hit[2]]
        return abs(told - months) <= max(_MONTHS[hit[2]], _ROOM * months)
    return months <= 2 * _MONTHS[hit[1]]
