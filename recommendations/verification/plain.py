"""Text made comparable: one form of each character, one space, words of lower case."""

import re
import unicodedata
from functools import lru_cache

_SAME = str.maketrans({
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00b5": "u", "\u03bc": "u",
    "\u2264": "<=", "\u2265": ">=",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+(?:[.'][a-z0-9]+)*")
_SPACE = re.compile(r"\s+")
# One spelling for both sides of the Atlantic.
_SPELLING = (("aemi", "emi"), ("haem", "hem"), ("oedem", "edem"), ("oesoph", "esoph"),
             ("diarrhoea", "diarrhea"), ("tumour", "tumor"), ("sulph", "sulf"))  # fmt: skip


def flat(text: str) -> str:
    """``text`` in NFKC with plain dashes, quotes and single spaces; case kept."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(_SAME)).strip()


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, in lower case and one spelling; a bracketed SNOMED kind is left out."""
    low = re.sub(r"\((disorder|finding|situation|procedure|person|observable entity)\)", " ",
                 flat(text).lower())  # fmt: skip
    for other, ours in _SPELLING:
        low = low.replace(other, ours)
    return tuple(_WORD.findall(low))
