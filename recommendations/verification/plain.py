"""Text made comparable: one form of each character, one space, words of lower case."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SAME = str.maketrans({
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00b5": "u", "\u03bc": "u",
    "\u2264": "<=", "\u2265": ">=", "\u2044": "/",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
_SPACE = re.compile(r"\s+")
_KIND = re.compile(
    r"\((?:disorder|finding|situation|procedure|person|observable entity|substance|"
    r"medicinal product|organism|regime/therapy|qualifier value)\)",
    re.IGNORECASE,
)
# One spelling for both sides of the Atlantic.
_SPELLING = (
    ("haem", "hem"), ("aemi", "emi"), ("oedem", "edem"), ("oesoph", "esoph"), ("rrhoea", "rrhea"),
    ("tumour", "tumor"), ("sulph", "sulf"), ("paed", "ped"), ("ischaem", "ischem"),
    ("gynaec", "gynec"), ("coeliac", "celiac"), ("dyspnoea", "dyspnea"), ("apnoea", "apnea"),
    ("centre", "center"), ("fibre", "fiber"), ("colour", "color"),
)  # fmt: skip
# Words that end in s and are no plurals; and the like, kept as they are.
_KEPT = ("ss", "us", "is", "as", "os")

FILLERS = frozenset(("the", "of", "a", "an"))
Bag = tuple[str, ...]  # the words of a name in alphabetical order, plurals cut


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a flat text and where it stands."""

    word: str
    start: int
    end: int


def listed(text: str) -> frozenset[str]:
    """The words of a list written as one text."""
    return frozenset(text.split())


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    """``text`` in NFKC with plain dashes, quotes and single spaces; case kept."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(_SAME)).strip()


@lru_cache(maxsize=16384)
def spelled(word: str) -> str:
    """A word in lower case, without accents, in American spelling."""
    low = word.casefold()
    if not low.isascii():
        parts = unicodedata.normalize("NFKD", low)
        low = "".join(c for c in parts if not unicodedata.combining(c))
    for other, ours in _SPELLING:
        low = low.replace(other, ours)
    return low


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without the s of a plural."""
    if len(word) > 5 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if (len(word) > 3 or word == "ups") and word.endswith("s") and not word.endswith(_KEPT):
        return stem(word.removesuffix("'s")) if word.endswith("'s") else word[:-1]
    return word


def without_kinds(flat_text: str) -> str:
    """``flat_text`` with bracketed SNOMED kinds blanked: "(disorder)" is part of a coded name."""
    return _KIND.sub(lambda m: " " * len(m[0]), flat_text)


def tokens(flat_text: str) -> list[Token]:
    """The words of a flat text."""
    return [Token(spelled(m[0]), m.start(), m.end()) for m in _WORD.finditer(flat_text)]


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, in one spelling; a bracketed SNOMED kind is left out."""
    return tuple(spelled(w) for w in _WORD.findall(_KIND.sub(" ", flat(text))))


@lru_cache(maxsize=16384)
def bag(text: str) -> Bag:
    """A name regardless of the order of its words and of plurals."""
    return bagged(words(text))


def bagged(given: tuple[str, ...]) -> Bag:
    """As :func:`bag`, of words; articles and "of" are left out."""
    kept = [stem(word) for word in given if word not in FILLERS]
    return tuple(sorted(kept or given))
