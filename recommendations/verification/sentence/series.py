"""Several facts under one name: each value with its own date, each trend in its own direction."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from recommendations.clinical.facts import ObservationFact
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.judging import UNKNOWN, YES, Judgement, no
from recommendations.verification.sentence.scanning import Scan


class Owned(NamedTuple):
    """An item, the subjects that it belongs to, and those of them whose facts bear it out."""

    item: Item
    owners: frozenset[int]
    holders: frozenset[int]


_OF_SERIES = frozenset(("last", "first", "highest", "lowest"))
_VALUES = frozenset(("number", "pair", "value_text"))
_PAIRED_CUES = frozenset(("status", "range", "side", "order", "intake"))
_PAIRED = frozenset(
    ("number", "pair", "date", "clock", "why", "ago", "frequency", "route", "as_needed")
)
Holder = frozenset[int]


def in_order(item: Item, scan: Scan, binding: Binding) -> Judgement:
    """Whether the value told after ``item`` is earlier, or later, than the one told before it."""
    told = [i for i in scan.items if i.kind in _VALUES]
    before = next((i for i in reversed(told) if i.end <= item.start), None)
    after = next((i for i in told if i.start >= item.end), None)
    if before is None or after is None:
        return UNKNOWN
    first, second = (binding.holders(i, binding.owners(i)) for i in (before, after))
    earlier, later = (second, first) if item.value == "earlier" else (first, second)
    if {binding.subject(i).fact.name for i in first} != {
        binding.subject(i).fact.name for i in second
    }:
        return UNKNOWN
    return YES if _earlier({"from": earlier, "to": later}, binding) else no("the other order")


def compared(sign: Item, number: Item, scan: Scan, binding: Binding) -> bool:
    """Whether "lower than 9850" sets a value told before it against another cited result."""
    told = next(
        (i for i in reversed(scan.items) if i.kind == "number" and i.end <= sign.start), None
    )
    if told is None or sign.value not in {"<", ">"}:
        return False
    ours, theirs = (
        {
            v
            for who in binding.holders(i, binding.owners(i))
            if (v := _value(who, binding)) is not None
        }
        for i in (told, number)
    )
    return bool(ours and theirs) and all(
        (one < other) if sign.value == "<" else (one > other) for one in ours for other in theirs
    )


def _value(who: int, binding: Binding) -> float | None:
    fact = binding.subject(who).fact
    return float(fact.value.value) if isinstance(fact, ObservationFact) and fact.value else None


def findings(owned: Sequence[Owned], binding: Binding, scan: Scan) -> list[Finding]:
    """Values and dates that each hold, but of different facts; and starts told as ends."""
    counted = bool(scan.cast.counts)
    shared = [e for e in owned if len(e.owners) > 1 and _paired(e.item, counted=counted)]
    held = [(each.item, each.holders) for each in shared if not binding.together(each.item)]
    if not held:
        return []
    apart = _in_two_rows(held)  # "127 to 131 (14 Nov to 16 Nov)": each day is of one value
    in_order = _respectively(held) or (not apart and _in_turn(held))
    if any(not who for _, who in held) or in_order:
        return _ends(held, binding, scan)
    said = ", ".join(item.text for item, _ in held)
    words = f"Puts values and dates together that belong to different entries: {said}."
    return [finding("misplaced", words, draft=said, against=True)]


def _paired(item: Item, *, counted: bool) -> bool:
    if item.family == "role" and (counted or item.value in _OF_SERIES):
        return True  # "measured four times, last 10.4 g/dL": the last one's value
    return item.kind in _PAIRED or (item.kind == "cue" and item.family in _PAIRED_CUES)


def _kind(item: Item) -> str:
    """What of a record an item is; a date may be told as so long ago."""
    same = {"pair": "number", "ago": "date"}
    return item.family if item.kind == "cue" else same.get(item.kind, item.kind)


def _in_turn(held: list[tuple[Item, Holder]]) -> bool:
    """Whether the items read in order make records that are one fact's each."""
    kinds: set[str] = set()
    common: Holder | None = None
    for item, who in held:
        kind = _kind(item)
        if kind in kinds or common is None:
            kinds, common = set(), who
        if kind == "role" and not common & who:
            kinds, common = set(), who  # "3.1, last 2.8": it leads to the value told next
        kinds.add(kind)
        common &= who
        if not common:
            return False
    return True


def _in_two_rows(held: list[tuple[Item, Holder]]) -> bool:
    """Whether all values stand before all days, and there are as many of both."""
    kinds = [_kind(item) for item, _ in held]
    half = len(kinds) // 2
    return half > 1 and kinds == ["number"] * half + ["date"] * half


def _respectively(held: list[tuple[Item, Holder]]) -> bool:
    """Whether the values in order belong to the dates in order."""
    values = [who for item, who in held if item.kind in {"number", "pair"}]
    dates = [who for item, who in held if item.kind == "date"]
    return len(values) == len(dates) == len(held) / 2 and all(
        v & d for v, d in zip(values, dates, strict=True)
    )


def _ends(held: list[tuple[Item, Holder]], binding: Binding, scan: Scan) -> list[Finding]:
    """ "From" names the earlier value and "to" the later one."""
    ends: dict[str, Item] = {}
    whose: dict[str, Holder] = {}
    for item, who in held:
        before = scan.said[item.start - 1] if item.start else ""
        if item.kind in {"number", "pair"} and before in {"from", "to"} and before not in ends:
            ends[before], whose[before] = item, who
    if set(ends) == {"from"}:
        others = [(i, w) for i, w in held if i.kind == ends["from"].kind and i != ends["from"]]
        if len(others) == 1:
            ends["to"], whose["to"] = others[0]
    if (backwards := _backwards(held, binding, scan)) is not None:
        return [backwards]
    if len(ends) < 2 or _earlier(whose, binding):
        return []
    told = f"{ends['from'].text} to {ends['to'].text}"
    words = f"Tells a change from {told}; in time it was the other way."
    return [finding("trend_differs", words, draft=ends["to"].text, against=True)]


def _backwards(held: list[tuple[Item, Holder]], binding: Binding, scan: Scan) -> Finding | None:
    """ "4.4 to 5.9": the value after "to" is the later one."""
    values = [(item, who) for item, who in held if item.kind in {"number", "pair"}]
    for (one, before), (other, after) in pairwise(values):
        joined = scan.said[other.start - 1] == "to" and other.start - one.end <= 2
        if joined and not _earlier({"from": before, "to": after}, binding):
            words = f"Tells a change from {one.text} to {other.text}; in time it was the other way."
            return finding("trend_differs", words, draft=other.text, against=True)
    return None


def _earlier(whose: dict[str, Holder], binding: Binding) -> bool:
    starts = list(_times(whose["from"], binding))
    stops = list(_times(whose["to"], binding))
    return any(a < b for a in starts for b in stops)


def _times(who: Holder, binding: Binding) -> list[str]:
    facts = [binding.subject(i).fact for i in who]
    return [f.effective.text for f in facts if isinstance(f, ObservationFact) and f.effective]
