"""The passages of one text that give orders, and which rules found them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recommendations.clinical.addressed.decoding import decoded
from recommendations.clinical.addressed.folding import (
    Folded,
    closed_up,
    folded,
    parted,
    unmarked,
    without_figures,
)
from recommendations.clinical.addressed.misspelling import put_right
from recommendations.clinical.addressed.rules import PATTERNS

_SHORTEST = 12  # characters that could order anything
_LONGEST = 14_000
_DEEPEST = 3  # encodings within encodings
_REACH = 1_200  # characters of a paragraph that are taken to belong to an order
# Told of somebody: "advised to ignore previous instructions" is no order to a reader.
_REPORTED = re.compile(
    r"\b(?:told|advised|instructed|asked|informed|reminded|counsel+ed|recommended|encouraged|directed)\b[^.!?\n]{0,40}\bto\s*$"
    r"|\b(?:patient|pt|he|she|mother|father|family|parents?)\s+(?:is|was|were)?\s*(?:able|likely|inclined)?\s*(?:to|tends?\s+to|will|would|did|may)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage ``text[start:end]``."""

    start: int
    end: int
    rules: tuple[str, ...]


def find(text: str) -> tuple[Found, ...]:
    """The passages of ``text`` that are addressed to software, in their order.

    A passage runs from the order's own sentence to the end of its paragraph: what follows an order
    is what it wants written.
    """
    if (len(text) < _SHORTEST and text.isascii()) or not text.strip():
        return ()
    hits = list(_hits(text[:_LONGEST], _DEEPEST))
    return tuple(_merged(_passage(text, *hit) for hit in hits))


def orders(text: str) -> Iterator[tuple[str, int, int]]:
    """The rules that find something in ``text`` as it stands, and where."""
    yield from _of(folded(text))


def _hits(text: str, depth: int) -> Iterator[tuple[tuple[str, ...], int, int]]:
    plain = folded(text)
    seen = False
    for rule, start, end in _of(plain):
        seen = True
        yield (rule,), start, end
    if not seen:
        for hit in _disguised(plain):
            seen = True
            yield hit
    if depth:
        for hidden in decoded(text, every_way=not seen):
            rules = {rule for found, _, _ in _hits(hidden.text, depth - 1) for rule in found}
            if rules:
                where = _within(hidden.how, hidden.text, hidden.start, hidden.end, depth)
                yield (*sorted(rules - {"decoded"}), "decoded"), *where


def _within(how: str, text: str, start: int, end: int, depth: int) -> tuple[int, int]:
    """What is encoded stands where the code stands; what is turned, where its order stands."""
    if how not in {"rot13", "backwards"}:
        return start, end
    found = [(a, b) for _, a, b in _hits(text, depth - 1)]
    first, last = min(a for a, _ in found), max(b for _, b in found)
    return (first, last) if how == "rot13" else (end - last, end - first)


def _disguised(plain: Folded) -> Iterator[tuple[tuple[str, ...], int, int]]:
    views = (without_figures(plain), closed_up(plain), unmarked(plain), parted(plain))
    for other in (*views, put_right(plain)):
        if other is not None and other.text != plain.text:
            for rule, start, end in _of(other):
                yield (rule, "decoded"), start, end


def _of(given: Folded) -> Iterator[tuple[str, int, int]]:
    for rule, patterns in PATTERNS.items():
        for pattern in patterns:
            for match in pattern.finditer(given.text):
                before = given.text[max(match.start() - 80, 0) : match.start()]
                if not _REPORTED.search(before):
                    yield (rule, *given.span(*match.span()))


def _passage(text: str, rules: tuple[str, ...], start: int, end: int) -> Found:
    before = max(text.rfind(stop, 0, start + 1) for stop in (". ", "\n", "! ", "? "))
    begin = max(before + 1, start - 200, 0)
    stop = text.find("\n\n", end)
    last = min(stop if stop >= 0 else len(text), end + _REACH, len(text))
    while begin < start and text[begin].isspace():
        begin += 1
    return Found(begin, max(last, end), rules)


def _merged(found: Iterable[Found]) -> list[Found]:
    out: list[Found] = []
    for each in sorted(found, key=lambda f: (f.start, f.end)):
        if out and each.start <= out[-1].end:
            last = out.pop()
            rules = tuple(dict.fromkeys((*last.rules, *each.rules)))
            out.append(Found(last.start, max(last.end, each.end), rules))
        else:
            out.append(each)
    return out
