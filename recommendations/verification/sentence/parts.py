"""Which part a number is told of: the systolic pressure of two, or a tablet rather than a dose."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from recommendations.verification.plain import listed
from recommendations.verification.sentence.items import Item, Number

_DOSED = listed("tablet tablets tab tabs capsule capsules cap caps dose doses pill pills")
_TABLETS = re.compile(r"(\d+(?:\.\d+)?) ?(mg|mcg|g) (?:tablet|capsule|cap|tab|pill)s?\b", re.I)
_FORMS = listed("tablet tablets tab tabs capsule capsules cap caps")


def parted(items: Sequence[Item], said: Sequence[str]) -> list[Item]:
    """The items, numbers among them marked in ``family`` with the part that they belong to.

    ``part:NAME`` is one of a panel, ``strength`` what one tablet has.
    """
    follows = any(_plain(item) and _part_follows(items, at) for at, item in enumerate(items))
    items = _multiplied(items, said)
    return [
        replace(item, family=_family(items, at, said, follows=follows)) if _plain(item) else item
        for at, item in enumerate(items)
    ]


def _multiplied(items: Sequence[Item], said: Sequence[str]) -> list[Item]:
    """ "Two 40 mg tablets" is a dose of 80 mg, of tablets that have 40 mg each."""
    found = list(items)
    for at, (one, other) in enumerate(pairwise(items)):
        if not _plain(one) or one.value.unit or one.value.comparator:
            continue
        if one.value.value.isdigit() and other.kind == "name" and (m := _TABLETS.match(other.text)):
            total = Decimal(one.value.value) * Decimal(m[1])
            found[at] = replace(one, value=Number(f"{total.normalize():f}", m[2]))
            continue
        form = said[other.end] if other.end < len(said) else ""
        joined = _plain(other) and other.start == one.end and other.value.unit and form in _DOSED
        if joined and one.value.value.isdigit():
            total = Decimal(one.value.value) * Decimal(other.value.value)
            found[at] = replace(one, value=replace(other.value, value=f"{total.normalize():f}"))
    return found


def _plain(item: Item) -> bool:
    return item.kind == "number" and not item.family


def _part_follows(items: Sequence[Item], at: int) -> bool:
    """ "154 systolic, 90 diastolic": the part is named after its number, and none before it."""
    before = _named(items[:at])
    return not (before and before.kind == "component") and bool(_next(items, at))


def _named(items: Sequence[Item]) -> Item | None:
    return next((i for i in reversed(items) if i.kind in {"name", "component"}), None)


def _next(items: Sequence[Item], at: int) -> Item | None:
    after = items[at + 1] if at + 1 < len(items) else None
    return after if after and after.kind == "component" else None


def _family(items: Sequence[Item], at: int, said: Sequence[str], *, follows: bool) -> str:
    item = items[at]
    if item.value.unit and item.end < len(said) and said[item.end] in _FORMS:
        return "strength"
    near = _next(items, at) if follows else _named(items[:at])
    return f"part:{near.value}" if near and near.kind == "component" else ""
