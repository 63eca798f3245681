"""What stands in one clause reads as of one day and of one person."""

import re
from collections.abc import Iterator

from recommendations.clinical.facts import ObservationFact
from recommendations.verification.chart import Chart
from recommendations.verification.dates import shown
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import listed
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.judging import datum
from recommendations.verification.sentence.scanning import Scan

_VALUES = frozenset(("number", "pair", "value_text"))
_DATES = frozenset(("date", "ago"))
_PARTING = re.compile(r"[;!?]|(?<!\b\w)\.\s")
_CLAUSE = listed("while whereas although though but")
_NOBODYS = frozenset(("family_history", "note", "demographics"))  # not the patient's conditions
_SELF = listed("she he patient patient's herself himself")


def findings(scan: Scan, binding: Binding, chart: Chart) -> list[Finding]:
    """Values of another day than the one told, and of another person."""
    return [*_of_another_day(scan, binding, chart), *_of_another_person(scan, binding)]


def _of_another_day(scan: Scan, binding: Binding, chart: Chart) -> Iterator[Finding]:
    for item in scan.items:
        if item.kind not in _VALUES or item.family.endswith("bound"):
            continue
        facts = [
            fact
            for i in sorted(binding.owners(item))
            if isinstance(fact := binding.subject(i).fact, ObservationFact)
            and datum(item, binding.subject(i), chart).holds
        ]
        days = _days_beside(item, scan)
        if not facts or not days or _of_a_day(facts, days, scan, binding, chart):
            continue
        when = shown(facts[0].effective)
        words = f"Tells {facts[0].name} of {when} beside another day, and not its own."
        yield finding("date_differs", words, ref=facts[0].handle, chart=when, against=True)


def _of_a_day(
    facts: list[ObservationFact], days: list[Item], scan: Scan, binding: Binding, chart: Chart
) -> bool:
    """Whether a day that is told is the value's, or the sentence tells its place in the series."""
    own = {s.index for s in scan.cast.subjects if s.fact in facts}
    if any(datum(day, binding.subject(i), chart).holds for day in days for i in own):
        return True
    if any(fact.effective is None for fact in facts):
        return True
    series = {s.index for s in scan.cast.subjects if s.fact in chart.timeline(facts[0])}
    if any(binding.owners(day) <= series and len(series) > 1 for day in days):
        return True  # of several results of one test each stands with its own day, or is refused
    return any(i.family in {"role", "persistence", "trend"} for i in scan.items)


def _days_beside(item: Item, scan: Scan) -> list[Item]:
    """The days that are told in the clause of an item."""
    start, end = _clause(item, scan)
    return [i for i in scan.items if i.kind in _DATES and start <= i.start < end]


def _clause(item: Item, scan: Scan) -> tuple[int, int]:
    start, end = 0, len(scan.tokens)
    for at in range(1, end):
        if not (_PARTING.search(scan.gap(at)) or scan.said[at] in _CLAUSE):
            continue
        if at <= item.start:
            start = at
        else:
            return start, at
    return start, end


def _of_another_person(scan: Scan, binding: Binding) -> Iterator[Finding]:
    """ "Her mother has hypothyroidism, with a TSH of 6.8", of which the TSH is the patient's."""
    kin = [i for i in scan.items if i.family == "relation"]
    for item in scan.items if "family_history" in scan.kinds else ():
        if item.kind != "name" or not item.subjects or min(item.subjects) < 0:
            continue
        facts = [binding.subject(i).fact for i in item.subjects]
        if any(fact.kind in _NOBODYS for fact in facts):
            continue
        start, _ = _clause(item, scan)
        said = [i for i in kin if start <= i.start < item.start]
        if said and not _SELF & set(scan.said[said[-1].end : item.start]):
            words = f"Says {facts[0].name} in one breath with a relative; it is the patient's."
            yield finding(
                "experiencer_differs", words, ref=facts[0].handle, chart="patient", against=True
            )
