"""What a text says read otherwise: letters exchanged, turned round, taken from the lines' heads.

Each way is tried only where a sign of it is seen, for it reads the whole text anew.
"""

import codecs
import re
import string
from collections.abc import Iterator

# Enough words for an order, in letters that were exchanged or turned.
_STEMS = ("ignore", "instruction", "system", "information", "assistant", "disregard", "patient")
_TURNED = tuple(codecs.encode(stem, "rot13") for stem in _STEMS)
_BACKWARDS = tuple(stem[::-1] for stem in _STEMS)
_VERBS = ("ignore", "disregard", "forget", "override", "bypass")
# A line of English is full of these; in exchanged letters it has them by chance.
_COMMON = re.compile(r"\b(?:the|and|of|to|with|for|no|is|in|on|at|by|or|was|a|not)\b")
_LOW = string.ascii_lowercase
_SHIFTS = [
    str.maketrans(_LOW, _LOW[by:] + _LOW[:by]) for by in range(1, 26) if by != 13
]  # fmt: skip
_MIRROR = str.maketrans(_LOW, _LOW[::-1])
_RARE = 6  # words of a line to one that is common, at least
_LEAST = 30  # characters of a line of exchanged letters
_HEADS = 12  # lines whose first letters may spell an order
_UPSIDE = "ɐɔǝɟƃɥᴉıɾʞɯɹʇʌʍʎ"
_UPRIGHT = str.maketrans("ɐqɔpǝɟƃɥᴉıɾʞlɯuodbɹsʇnʌʍʎ", "abcdefghiijklmnopqrstuvwy")  # noqa: RUF001
_BRAILLE = str.maketrans("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", _LOW)
_MORSE_RUN = re.compile(r"(?:[.\u00b7-]{1,5}[ /|]+){12,}[.\u00b7-]{1,5}")
_SIGNALS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- "
    "...- .-- -..- -.-- --.."
)
_MORSE = dict(zip(re.split(" ", _SIGNALS), _LOW, strict=True))


def turned(text: str, *, every_way: bool) -> Iterator[tuple[str, str]]:
    """Each other way to read ``text`` that it shows a sign of: the way's name, and the words.

    Of most ways nobody can say where in the text the words stand: they are for a text in which
    nothing else was found (``every_way``).
    """
    low = text.lower()
    if any(stem in low for stem in _TURNED):
        yield "rot13", codecs.encode(text, "rot13")
    if any(stem in low for stem in _BACKWARDS):
        yield "backwards", text[::-1]
    if not every_way:
        return
    if any(stem in low for stem in _BACKWARDS):
        yield "words backwards", " ".join(word[::-1] for word in text.split())
    yield from _exchanged(low)
    yield from _in_other_signs(low)
    yield from _heads(low)
    yield from _in_other_order(low)


def _exchanged(low: str) -> Iterator[tuple[str, str]]:
    """Lines in which each letter stands for another: shifted along the alphabet, or mirrored."""
    for line in low.splitlines():
        if len(line) < _LEAST or len(_COMMON.findall(line)) * _RARE > line.count(" ") + 1:
            continue
        for table in (*_SHIFTS, _MIRROR):
            read = line.translate(table)
            if sum(stem in read for stem in _STEMS) > 1:
                yield "letters exchanged", read


def _in_other_signs(low: str) -> Iterator[tuple[str, str]]:
    if sum(low.count(letter) for letter in _UPSIDE) > 8:
        yield "upside down", low.translate(_UPRIGHT)[::-1]
    if any("\u2801" <= letter <= "\u283f" for letter in low):
        yield "Braille", low.translate(_BRAILLE)
    for run in _MORSE_RUN.finditer(low):
        words = re.split(r"\s*[/|]\s*", run[0].replace("\u00b7", "."))
        yield "Morse", " ".join("".join(_MORSE.get(c, "") for c in word.split()) for word in words)


def _heads(low: str) -> Iterator[tuple[str, str]]:
    """The first letters of lines, and their first words, read downwards."""
    lines = [line for line in low.splitlines() if line.strip()]
    if len(lines) < 4:
        return
    if len(lines) >= _HEADS:
        letters = "".join(line.lstrip()[0] for line in lines)
        if any(stem in letters for stem in _STEMS):
            yield "first letters", letters
    yield "first words", " ".join(line.split(maxsplit=1)[0] for line in lines)


def _in_other_order(low: str) -> Iterator[tuple[str, str]]:
    """Words from the last to the first, and every other word."""
    if "instruction" in low and any(verb in low for verb in _VERBS):
        words = low.split()
        yield "words in reverse order", " ".join(reversed(words))
        yield "every other word", " ".join(words[::2])
        yield "every other word", " ".join(words[1::2])
