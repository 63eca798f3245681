"""The words under decision: one way to normalise them, one way to take their fingerprint."""

import hashlib
import re
import unicodedata

MOST = 2000  # characters of one statement
_BLANKS = re.compile(r"\s+")


def normalised(text: str) -> str:
    """One line, composed characters, no blanks at the ends: what is shown is what is hashed.

    A browser turns line ends into CRLF and may send accents decomposed; without this the same
    words would have two fingerprints.
    """
    composed = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(" ", "".join(c for c in composed if _kept(c))).strip()


def _kept(character: str) -> bool:
    # Joiners shape Persian and Indic words; overrides of direction only mislead the eye.
    return character.isprintable() or character.isspace() or character in "\u200c\u200d"


def sha256(text: str) -> str:
    """The fingerprint of a text: 64 hex digits of SHA-256 over its UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def spaced(fingerprint: str) -> str:
    """The first sixteen digits in groups of four, for eyes."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, 16, 4))
