"""Names that people read in any script: nothing in them is unseen, and no two look the same."""

from unicodedata import category, name

from smartapp.confusables import UNSEEN, skeleton

# They shape Persian and Indic words, and have no shape of their own.
JOINERS = "\u200c\u200d"
# Scripts in which a joiner changes what is seen, by the first word of their letters' names.
_JOINED = frozenset((
    "ARABIC", "SYRIAC", "NKO", "MANDAIC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI",
    "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "MYANMAR", "KHMER",
    "TIBETAN", "BALINESE", "JAVANESE",
))  # fmt: skip


def is_seen(text: str) -> bool:
    """Whether every character is seen, or is a joiner between two letters that it shapes."""
    return all(
        (each.isprintable() and not UNSEEN.match(each)) or (each in JOINERS and _joins(text, at))
        for at, each in enumerate(text)
    )


def alike(one: str, other: str) -> bool:
    """Whether two names read the same: case, punctuation and a letter's alphabet do not count."""
    return skeleton(one) == skeleton(other)


def _joins(text: str, at: int) -> bool:
    around = (text[at - 1 : at], text[at + 1 : at + 2])
    return all(
        each and category(each)[0] in "LM" and name(each, "").split(" ")[0] in _JOINED
        for each in around
    )
