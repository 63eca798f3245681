"""Rising, falling, unchanged: between the value that the words begin with and the latest."""

import re
from collections.abc import Iterator
from decimal import Decimal

from recommendations.clinical.facts import EncounterFact, ObservationFact
from recommendations.clinical.observations import FINAL
from recommendations.verification.dates import shown
from recommendations.verification.holding.observations import amount, side_of_range
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.reading import Own
from recommendations.verification.rules import differs
from recommendations.verification.sentence.items import Date, Item
from recommendations.verification.sentence.stays import is_stay

_LAST_YEAR = re.compile(r"\b(?:since|than|as|from|to) last year\b")
_OTHER_SINCE = re.compile(r"\b(?:since|over the (?:last|past)|for (?:years|months|weeks)|over)\b")
_CAUSES = frozenset(("caused", "causes", "causing", "cause", "after", "because"))
_SMALL = Decimal("0.05")  # of the value before: what "stable" leaves room for; the editors' own


def findings(own: Own) -> Iterator[Finding]:
    """Directions that the results gainsay."""
    if own.planned or own.fresh or _CAUSES & set(own.said):
        return  # "ramipril caused a rise in creatinine": of then
    for item in own.cues("trend"):
        near = own.nearest(item, ObservationFact, most=4)
        if near is None or own.weighed(item) or own.negated(item) or len(_numbers(own)) > 1:
            continue
        series = _series(own, [f for f in near[1] if isinstance(f, ObservationFact)])
        ends = _ends(own, series)
        if ends is None or _agrees(item, *ends):
            continue
        first, last = ends
        yield differs(
            "trend_differs", f"{near[0].text} {item.text}", _told(first, last), last.handle
        )


def _numbers(own: Own) -> list[Item]:
    return [i for i in own.scan.items if i.kind in {"number", "pair"}]


def _series(own: Own, found: list[ObservationFact]) -> list[ObservationFact]:
    """Final values in one unit with their times, the latest last."""
    timed = [f for f in found if f.effective and f.value and f.status in FINAL]
    timed.sort(key=lambda f: f.effective.text if f.effective else "")
    alike = own.chart.series(timed[-1]) if timed else []
    return [f for f in timed if f in alike]


def _ends(
    own: Own, series: list[ObservationFact]
) -> tuple[ObservationFact, ObservationFact] | None:
    """Where the words begin and end; none where they begin at a time that cannot be told."""
    if len(series) < 2:
        return None
    since = _since(own)
    if since is None:
        return None if _OTHER_SINCE.search(own.low) else (series[-2], series[-1])
    after = [f for f in series[:-1] if f.effective and f.effective.text >= since]
    return (after[0], series[-1]) if after else None


def _since(own: Own) -> str | None:
    """The day that a movement is told from, as far as it is known."""
    if "since admission" in own.low or "since he was admitted" in own.low:
        stays = [f.start.day for f in own.chart.standing(EncounterFact) if is_stay(f) and f.start]
        return max(stays, default=None)
    year = int(own.chart.as_of[:4] or 0)
    if _LAST_YEAR.search(own.low):
        return f"{year - 1}-01-01"
    for item in own.days():
        if item.start and own.said[item.start - 1] in {"since", "from"}:
            said: Date = item.value
            return _with_year(said.iso, own.chart.as_of)
    return None


def _with_year(iso: str, as_of: str) -> str:
    """A day without its year is the last such day before the reading."""
    if not iso.startswith("--"):
        return iso
    year, rest = int(as_of[:4] or 0), iso[1:]
    return f"{year}{rest}" if f"{year}{rest}" <= as_of[: 4 + len(rest)] else f"{year - 1}{rest}"


def _agrees(item: Item, first: ObservationFact, last: ObservationFact) -> bool:
    if first.value is None or last.value is None:
        return True
    before, after = first.value.value, last.value.value
    if item.value == "unchanged":
        near = abs(after - before) <= _SMALL * abs(before)
        return near and side_of_range(first) == side_of_range(last)
    return after > before if item.value == "rising" else after < before


def _told(first: ObservationFact, last: ObservationFact) -> str:
    told = [f"{amount(f.value)} on {shown(f.effective)}" for f in (first, last) if f.value]
    return " to ".join(told)
