"""Two versions of a prompt side by side: lines that stayed, and words that changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from recommendations.decisions.diff import Piece, words


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text. ``fate``: same, del, ins, or changed (with both words)."""

    fate: str
    pieces: tuple[Piece, ...]


def lines(before: str, after: str) -> list[Line]:
    """The lines that make ``after`` of ``before``; a line put in other words is one line."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Line("same", (Piece("same", text),)) for text in old[i:j]]
        else:
            found += _changed(old[i:j], new[k:m])
    return found


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    paired = min(len(old), len(new))
    for before, after in zip(old, new, strict=False):
        yield Line("changed", tuple(words(before, after)))
    yield from (Line("del", (Piece("del", text),)) for text in old[paired:] if text)
    yield from (Line("ins", (Piece("ins", text),)) for text in new[paired:] if text)
