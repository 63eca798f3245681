"""The words under decision: one way to normalise them, one way to take their fingerprint."""

import hashlib
import re
import unicodedata

from recommendations.clinical.untrusted import composed

MOST = 2000  # characters of one statement
_BLANKS = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"


def normalised(text: str) -> str:
    """One line, composed characters, no blanks at the ends: what is shown is what is hashed.

    A browser turns line ends into CRLF and may send accents decomposed; without this the same
    words would have two fingerprints.
    """
    visible = "".join(c for c in text if _visible(c) or c in _JOINERS)
    shaped = "".join(c for at, c in enumerate(visible) if c not in _JOINERS or _joins(visible, at))
    return _BLANKS.sub(" ", composed(shaped)).strip()


def _visible(character: str) -> bool:
    # Overrides of direction only mislead the eye.
    return character.isprintable() or character.isspace()


def _joins(text: str, at: int) -> bool:
    """Whether a joiner shapes a Persian or Indic word: it stands within one."""
    around = (text[at - 1 : at], text[at + 1 : at + 2])
    return all(c and unicodedata.category(c)[0] in "LM" for c in around)


def sha256(text: str) -> str:
    """The fingerprint of a text: 64 hex digits of SHA-256 over its UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def spaced(fingerprint: str) -> str:
    """The first sixteen digits in groups of four, for eyes."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, 16, 4))
