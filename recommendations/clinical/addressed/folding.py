"""Text as an eye reads it: one width, one case, one script, no accents. For searching alone.

Each character of a folded text knows where it came from, so that what is found in it can be shown
in the text itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.clinical.untrusted import UNSEEN

# Letters of other scripts that pass for Latin ones (after Unicode TR 39, confusables).
_PAIRS = (
    "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw вb мm нh тt кk зe бb гr пn лn иu ѵv "  # noqa: RUF001
    "αa εe οo ρp υu νv ιi κk τt ηn χx ωw σo γy βb μu "  # noqa: RUF001
    "ɡg ɩi ʟl ɪi ɴn ʀr ᴀa ᴄc ᴅd ᴇe ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ɢg ʜh ʙb ᴊj ꜰf ʏy "  # noqa: RUF001
    "ոn սu հh ցg օo ıi ȷj ɑa ǀl ∣l øo łl đd ßs ‐- ‑- –- —- ’' ‘' “\" ”\" ʼ'"  # noqa: RUF001
)
_ALIKE = str.maketrans({pair[0]: pair[1:] for pair in _PAIRS.split(" ") if pair})
_ALIKE |= {0x1F1E6 + at: chr(97 + at) for at in range(26)}  # letters that pair up to flags
_LEET = str.maketrans("013457@$!|€+", "oieastasiiet")
_MIXED = re.compile(r"[a-z0-9@$!|€+]{3,}")
# What stands within words and says nothing: marks of layout, terminal codes, pictures.
_LAYOUT = re.compile(
    r"\x1b?\[\d{0,3}(?:;\d{1,3})*m|</?[a-z][^<>\n]{0,40}>|[*_~`]{1,3}|(?<=[a-z])-\s*\n\s*(?=[a-z])"
    r"|[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
)
_DOTTED = re.compile(r"(?<![a-z'])[a-z']+(?:[._+/|-][a-z']+){3,}")
_SPACED = re.compile(r"(?<!\w)(?:[a-z](?:[ .\-_*·|]{1,2}|  +)){4,}[a-z](?!\w)")
_NUMBERED = re.compile(
    r"(?:\(|\[|\bpart\s+|\b)(?P<part>[1-9])\s*(?:/|of)\s*[2-9]\b[)\]]?\s*[:.-]?(?=\s+[^\W\d])",
    re.IGNORECASE,
)
_COUNTER = re.compile(
    r"\(?\[?\b(?:part\s+)?\d\s*(?:/|of)\s*\d\b\]?\)?\s*:?|\(?\bcont(?:inued|\.)?\)?\s*:?"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``places[i]`` is where its character ``i`` came from, None for one to one."""

    text: str
    places: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the text it was made of."""
        if self.places is None or not self.text:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def folded(text: str) -> Folded:
    """``text`` as an eye reads it."""
    if text.isascii():
        return Folded(text.lower())
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = character.lower() if character.isascii() else _plain(character)
        out.append(plain)
        places.extend([place] * len(plain))
    return Folded("".join(out), places)


def _plain(character: str) -> str:
    if UNSEEN.match(character) or unicodedata.category(character) == "Cf":
        return ""
    opened = unicodedata.normalize("NFKD", character).casefold()
    bare = "".join(c for c in opened if unicodedata.category(c) != "Mn")
    return bare.translate(_ALIKE)


def without_figures(given: Folded) -> Folded:
    """Figures read as letters within words ("1gn0re"); the same length."""
    return Folded(_MIXED.sub(_in_letters, given.text), given.places)


def _in_letters(run: re.Match[str]) -> str:
    word = run[0]
    read = word.translate(_LEET)
    return read if read != word and any("a" <= letter <= "z" for letter in word) else word


def unmarked(given: Folded) -> Folded | None:
    """Without marks of layout, terminal codes and pictures; words that lines part are whole."""
    if not (marks := list(_LAYOUT.finditer(given.text))):
        return None
    out: list[str] = []
    places: list[int] = []
    at = 0
    for mark in marks:
        _copy(given, at, mark.start(), out, places)
        at = mark.end()
    _copy(given, at, len(given.text), out, places)
    return Folded("".join(out), places)


def parted(given: Folded) -> Folded:
    """Dots and dashes for blanks ("ignore.your.instructions") read as blanks; the same length."""
    text = _DOTTED.sub(lambda m: re.sub(r"[._+/|-]", " ", m[0]), given.text)
    return Folded(text, given.places)


def closed_up(given: Folded) -> Folded | None:
    """Letters that were set apart ("i g n o r e") joined again; None where there are none.

    Words stay apart where a wider gap parts them; where none does, all becomes one word.
    """
    if not (runs := list(_SPACED.finditer(given.text))):
        return None
    out: list[str] = []
    places: list[int] = []
    at = 0
    for run in runs:
        _copy(given, at, run.start(), out, places)
        _join(given, run, out, places)
        at = run.end()
    _copy(given, at, len(given.text), out, places)
    return Folded("".join(out), places)


def _join(given: Folded, run: re.Match[str], out: list[str], places: list[int]) -> None:
    gap = 0
    for at in range(*run.span()):
        if given.text[at].isalpha():
            if gap > 1:
                out.append(" ")
                places.append(_place(given, at))
            out.append(given.text[at])
            places.append(_place(given, at))
            gap = 0
        else:
            gap += 1


def _copy(given: Folded, start: int, end: int, out: list[str], places: list[int]) -> None:
    out.append(given.text[start:end])
    places.extend(_place(given, at) for at in range(start, end))


def _place(given: Folded, at: int) -> int:
    return at if given.places is None else given.places[at]


def counted(text: str) -> list[tuple[int, int, int]]:
    """The parts of ``text`` that say which part they are: their number, start and end.

    "(2/2) instructions." is part 2; it runs to the next such mark, or to the end of its paragraph.
    """
    marks = list(_NUMBERED.finditer(text))
    found = []
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        stop = after.start() if after else len(text)
        end = text.find("\n\n", mark.end(), stop)
        found.append((int(mark["part"]), mark.end(), end if end >= 0 else stop))
    return found


def uncounted(text: str) -> str:
    """``text`` with "(1/2)" and "continued" blanked: what is split says so."""
    return _COUNTER.sub(lambda m: " " * len(m[0]), text)
