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
    return found


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
