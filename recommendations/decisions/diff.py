"""Two texts word by word: what was taken out, what was put in."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKENS = re.compile(r"\w+(?:[.,/-]\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with one fate."""

    fate: Literal["same", "del", "ins"]
    text: str


def words(before: str, after: str) -> list[Piece]:
    """The pieces that make ``after`` of ``before``, deletions ahead of what replaces them.

    ``2.5`` and ``12-lead`` are one word each: half a number struck out cannot be read.
    """
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("del", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("ins", "".join(new[k:m])))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Bridge single blanks between changes: ``<del>a</del> <del>b</del>`` reads as one change."""
    done: list[Piece] = []
    i = 0
    while i < len(pieces):
        removed, added, taken = _change(pieces, i)
        if taken:
            done += [Piece("del", removed)] if removed else []
            done += [Piece("ins", added)] if added else []
            i += taken
        else:
            done.append(pieces[i])
            i += 1
    return done


def _change(pieces: list[Piece], start: int) -> tuple[str, str, int]:
    removed, added, taken, i = "", "", 0, start
    blank = ""
    while i < len(pieces):
        piece = pieces[i]
        if piece.fate == "same":
            if taken and piece.text.isspace() and i + 1 < len(pieces):
                blank, i = piece.text, i + 1
                continue
            break
        if blank:
            removed, added, blank = removed + blank, added + blank, ""
        removed += piece.text if piece.fate == "del" else ""
        added += piece.text if piece.fate == "ins" else ""
        i += 1
        taken = i - start
    return removed, added, taken
