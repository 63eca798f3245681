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
    return [
        replace(item, family=_family(items, at, said)) if _plain(item) else item
        for at, item in enumerate(items)
    ]


def _plain(item: Item) -> bool:
    return item.kind == "number" and not item.family


def _family(items: Sequence[Item], at: int, said: Sequence[str]) -> str:
    item = items[at]
    if item.value.unit and item.end < len(said) and said[item.end] in _FORMS:
        return "strength"
    before = next((i for i in reversed(items[:at]) if i.kind in {"name", "component"}), None)
    after = items[at + 1] if at + 1 < len(items) else None
    # "154 systolic": the part stands right after its number, and none right before it.
    follows = after and after.kind == "component" and not (before and before.end == item.start)
    near = after if follows else before
    return f"part:{near.value}" if near and near.kind == "component" else ""
