"""What the eye takes for the same: characters without a shape, and letters of other alphabets.

After UTS #39 (Unicode Security Mechanisms): two texts are confusable where they share a skeleton.
"""

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
# Characters without a shape that Unicode counts among marks and letters, and a blank of Braille.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
# Cyrillic, Greek and other letters that the eye takes for Latin ones, in either case, as UTS #39's
# table of confusables has them. Never a mu: a microgram is no milligram.
_TWINS = str.maketrans({
    "\u0430": "a", "\u0432": "b", "\u0435": "e", "\u043a": "k", "\u043c": "m", "\u043d": "h",
    "\u043e": "o", "\u0440": "p", "\u0441": "c", "\u0442": "t", "\u0443": "y", "\u0445": "x",
    "\u0456": "i", "\u0458": "j", "\u0455": "s", "\u04bb": "h", "\u0501": "d", "\u051b": "q",
    "\u051d": "w", "\u03b1": "a", "\u03b2": "b", "\u03b5": "e", "\u03b6": "z", "\u03b7": "n",
    "\u03b9": "i", "\u03ba": "k", "\u03bd": "v", "\u03bf": "o", "\u03c1": "p", "\u03c4": "t",
    "\u03c5": "u", "\u03c7": "x", "\u0131": "i", "\u0251": "a", "\u0261": "g", "\u0578": "n",
    "\u057d": "u", "\u0585": "o",
})  # fmt: skip
# Punctuation that is part of a number: 1.25 and 12.5, 1-2 and 1/2, -3 and 3 are not the same.
_OF_NUMBERS = re.compile(r"(?<=\d)[.,:/-](?=\d)|(?<!\w)-(?=\d)|%")
_BETWEEN_WORDS = re.compile(r"(?<!\d) | (?!\d)")


def skeleton(text: str) -> str:
    """What is left of a text for the eye: texts that share it look the same, or all but.

    Neither width, case, blanks nor punctuation count, except within numbers; nor does the alphabet
    of a letter that looks like a Latin one.
    """
    composed = unicodedata.normalize("NFKC", _unseen_removed(text)).casefold()
    plain = _unseen_removed(composed).translate(_DASHES).translate(_TWINS)
    kept = {found.start() for found in _OF_NUMBERS.finditer(plain)}
    letters = "".join(" " if _is_mark(c) and at not in kept else c for at, c in enumerate(plain))
    return _BETWEEN_WORDS.sub("", _BLANKS.sub(" ", letters).strip())


def _is_mark(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "P" or category == "Sk"


def _unseen_removed(text: str) -> str:
    return "".join(c for c in text if not UNSEEN.match(c) and unicodedata.category(c) != "Cf")
