"""What is said of several things at once: "both", "each", "are"; it must be true of every one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recommendations.verification.plain import listed
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_DISTRIBUTING = listed("both each all are were remain")
_VERBS = listed("is was are were has had remain remains while whereas but with although though")
# Dates are told of one thing each, unless a word says of several.
_PLURAL = listed("are were remain")


@dataclass(frozen=True, slots=True)
class Shared:
    """A stretch of tokens, and the subjects that what stands there is said of."""

    start: int
    end: int
    subjects: frozenset[int]
    cues_only: bool

    def takes(self, item: Item) -> bool:
        """Whether an item is said of all of them."""
        said = item.kind in {"cue", "as_needed"} or not self.cues_only
        return said and item.family != "trend" and self.start <= item.start < self.end


def shared(scan: Scan, names: Sequence[Item]) -> list[Shared]:
    """Every stretch of the sentence that speaks of several subjects at once."""
    found = []
    for at, word in enumerate(scan.said):
        if word not in _DISTRIBUTING:
            continue
        listed_ = conjoined(scan, [n for n in names if n.end <= at])
        subjects = _subjects(listed_)
        if len(subjects) > 1 and (len(listed_) > 1 or word not in _PLURAL):
            found.append(Shared(at + 1, _until(scan, names, at), subjects, word in _PLURAL))
    return [*found, *_reactions(scan, names)]


def _reactions(scan: Scan, names: Sequence[Item]) -> Iterator[Shared]:
    """ "Anaphylaxis to peanut and cat dander", "X and Y cause hives": one reaction told of both.

    A substance with a reaction of its own beside it ("peanut and cat dander (wheezing)") is left
    out.
    """
    told = [i for i in scan.items if i.kind == "reaction"]
    anew = [i for i in scan.items if i.family == "allergy"]  # "…, and allergy to cat dander"
    stops = [n.start for n in (*told, *names)]
    for item in told:
        after = [n for n in names if n.start >= item.end]
        before = [n for n in names if n.end <= item.start]
        if after and set(scan.said[item.end : after[0].start]) & _TO:
            listed_ = list(_following(scan, after))
            nearest = after[0]
        elif before and _CAUSING & set(scan.said[before[-1].end : item.start]):
            listed_ = conjoined(scan, before)
            nearest = before[-1]
        else:
            continue
        own = [
            n
            for n in listed_
            if not _parted_by(told, item, n, stops) and not _between(anew, nearest, n)
        ]
        if len(subjects := _subjects(own)) > 1:
            yield Shared(item.start, item.end, subjects, cues_only=False)


_TO = listed("to from with after by on")
_CAUSING = listed("cause caused give gave bring brought trigger triggered make made")


def _parted_by(told: Sequence[Item], item: Item, name: Item, stops: Sequence[int]) -> bool:
    """Whether another reaction stands between, or is the next thing after the name."""
    ahead = min((at for at in stops if at >= name.end), default=-1)
    others = [other for other in told if other is not item]
    return _between(others, item, name) or any(other.start == ahead for other in others)


def _between(items: Sequence[Item], one: Item, other: Item) -> bool:
    low, high = min(one.end, other.end), max(one.start, other.start)
    return any(low <= item.start < high for item in items)


def numbered(item: Item, scan: Scan, names: Sequence[Item]) -> int:
    """Of how many subjects "both" is said: those right before it, or those that follow."""
    before = conjoined(scan, [n for n in names if n.end <= item.start])
    after = list(_following(scan, [n for n in names if n.start >= item.end]))
    counts = [len(_subjects(each)) for each in (before, after)]
    return 2 if 2 in counts else max(counts)


def conjoined(scan: Scan, names: Sequence[Item]) -> list[Item]:
    """The last of ``names`` and those before it that are joined to it by "and" or a comma."""
    found = list(names[-1:])
    for name in reversed(names[:-1]):
        if not _joined(scan, name, found[0]):
            break
        found.insert(0, name)
    return found


def _following(scan: Scan, names: Sequence[Item]) -> Iterator[Item]:
    for at, name in enumerate(names):
        if at and not _joined(scan, names[at - 1], name):
            return
        yield name


def _joined(scan: Scan, one: Item, other: Item) -> bool:
    if one.subjects == other.subjects:
        return True  # "RA (rheumatoid arthritis)": one thing twice
    between = scan.said[one.end : other.start]
    gaps = [scan.gap(at) for at in range(one.end, min(other.start + 1, len(scan.tokens)))]
    parted = any(";" in gap or ". " in gap for gap in gaps) or _VERBS & set(between)
    return not parted and ("and" in between or any("," in gap for gap in gaps))


def _subjects(names: Sequence[Item]) -> frozenset[int]:
    return frozenset(i for name in names for i in name.subjects if i >= 0)


def _until(scan: Scan, names: Sequence[Item], at: int) -> int:
    ends = [n.start for n in names if n.start > at]
    ends += [i for i in range(at + 1, len(scan.tokens)) if ";" in scan.gap(i)]
    return min(ends, default=len(scan.tokens))
