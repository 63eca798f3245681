"""The day when something ended: what stands right after "stopped" or "on hold since"."""

from collections.abc import Sequence
from dataclasses import replace

from recommendations.verification.plain import listed
from recommendations.verification.sentence.items import Date, Item

_ENDED = frozenset((
    "stopped", "on-hold", "ended", "completed", "cancelled", "resolved", "inactive", "remission",
    "not-active", "past",
))  # fmt: skip
_BETWEEN = listed("on in at since from as of the date dated was is")


def ended(items: Sequence[Item], said: Sequence[str]) -> list[Item]:
    """The items, days among them marked that tell when something was over."""
    return [_marked(item, items, at, said) for at, item in enumerate(items)]


def _marked(item: Item, items: Sequence[Item], at: int, said: Sequence[str]) -> Item:
    if item.kind not in {"date", "ago"} or not _after_an_end(items, at, said):
        return item
    if item.kind == "ago":
        return replace(item, family="end")
    return replace(item, value=Date(item.value.iso, "end"))


def _after_an_end(items: Sequence[Item], at: int, said: Sequence[str]) -> bool:
    back = at - 1
    while back >= 0 and items[back].kind == "word" and said[items[back].start] in _BETWEEN:
        back -= 1
    cue = items[back] if back >= 0 else None
    return cue is not None and cue.family == "status" and cue.value in _ENDED
