"""Orders that begin in one entry of the chart and go on in another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recommendations.clinical.addressed.finding import orders
from recommendations.clinical.addressed.folding import counted, folded, uncounted
from recommendations.clinical.results import Addressed

_EDGE = 300  # characters at the ends of an entry in which an order may break off
# One half of an order has one of these; nearly no entry of a chart does, and is joined to others.
_STEMS = (
    "ignor", "disregard", "forget", "overrid", "bypass", "instruct", "prompt", "assistant",
    "language model", "llm", "chatbot", "approve", "checked", "draft", "statement", "you are",
    "note to", "software", " ai", "system", "http", "tool", "anweisung", "consigne", "instruc",
    "olvid", "vergiss", "oubli", "忽略", "指令", "提示", "无视", "指示",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A string of a fact."""

    handle: str
    field: str
    text: str


def split(kinds: Mapping[str, Sequence[Entry]]) -> Iterator[Addressed]:
    """Orders over two entries that follow each other, in either order of time, or are numbered.

    ``kinds`` gives the entries of each kind of fact, and under "" all of them.
    """
    seen: dict[str, bool] = {}
    for listed in kinds.values():
        doubtful = [_doubtful(entry.text, seen) for entry in listed]
        if any(doubtful):
            yield from _over(listed, doubtful)
            yield from _over(listed[::-1], doubtful[::-1])
    yield from _numbered(kinds.get("", ()))


def _doubtful(text: str, seen: dict[str, bool]) -> bool:
    if text not in seen:
        low = folded(text).text
        seen[text] = any(stem in low for stem in _STEMS)
    return seen[text]


def _over(entries: Sequence[Entry], doubtful: Sequence[bool]) -> Iterator[Addressed]:
    tried = set()
    for (first, one), (second, other) in pairwise(zip(entries, doubtful, strict=True)):
        pair = (first.text, second.text)
        if not (one or other) or (first.handle, first.field) == (second.handle, second.field):
            continue
        if pair not in tried:
            tried.add(pair)
            if _runs_over(*pair):
                yield from (_whole(each) for each in (first, second))


def _runs_over(first: str, second: str) -> bool:
    head, tail = uncounted(first[-_EDGE:]).rstrip(), uncounted(second[:_EDGE]).lstrip()
    return any(start < len(head) < end for _, start, end in orders(f"{head} {tail}"))


def _numbered(entries: Sequence[Entry]) -> Iterator[Addressed]:
    """Orders in parts that say which part they are, wherever those stand."""
    parts = [
        (number, entry, start, end)
        for entry in entries
        if "/" in entry.text or " of " in entry.text
        for number, start, end in counted(entry.text)
    ]
    if len({number for number, *_ in parts}) < 2:
        return
    parts.sort(key=lambda part: part[0])
    joined = " ".join(entry.text[start:end].strip() for _, entry, start, end in parts)
    if any(True for _ in orders(joined)):
        for _, entry, start, end in parts:
            yield Addressed(
                handle=entry.handle, field=entry.field, start=start, end=end, rules=("split",)
            )


def _whole(entry: Entry) -> Addressed:
    return Addressed(
        handle=entry.handle, field=entry.field, start=0, end=len(entry.text), rules=("split",)
    )
