"""Which part a number is told of: the systolic pressure of two, or a tablet rather than a dose."""

from collections.abc import Sequence
from dataclasses import replace

from recommendations.verification.plain import listed
from recommendations.verification.sentence.items import Item

_FORMS = listed("tablet tablets tab tabs capsule capsules cap caps")


def parted(items: Sequence[Item], said: Sequence[str]) -> list[Item]:
    """The items, numbers among them marked in ``family`` with the part that they belong to.

    ``part:NAME`` is one of a panel, ``strength`` what one tablet has.
    """
    follows = any(_plain(item) and _part_follows(items, at) for at, item in enumerate(items))
    return [
        replace(item, family=_family(items, at, said, follows=follows)) if _plain(item) else item
        for at, item in enumerate(items)
    ]


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
