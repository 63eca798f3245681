"""Words with their inner letters exchanged, or without vowels, put right: those of orders.

"Ignroe yuor pervoius instrcutions" reads as an order to an eye and to a model alike.
"""

import re
from collections.abc import Iterator

from recommendations.clinical.addressed.folding import Folded

# fmt: off
_WORDS = (
    "ignore", "ignoring", "disregard", "forget", "override", "bypass", "previous", "prior", "above",
    "instructions", "instruction", "prompt", "system", "assistant", "language", "model", "draft",
    "statement", "statements", "approve", "checked", "verified", "without", "showing", "reveal",
    "marker", "include", "write", "state", "patient", "everything", "anything", "your", "every",
    "another", "sentence",
)
# fmt: on
_TOKEN = re.compile(r"[a-z]{2,}")
# Before anything is put right, one of the words that orders rarely lack must be seen misspelt.
_SIGN = re.compile(
    r"\b(?!instructions?\b|disregard\b|assistant\b|statements?\b)"
    r"(?:i[a-z]{9,10}[ns]|d[a-z]{7}d|a[a-z]{7}t|s[a-z]{7,8}[ts]|nstrctns?|dsrgrd|sttmnts?|prmpts?)\b"
)


def _key(word: str) -> str:
    return f"{word[0]}{''.join(sorted(word[1:-1]))}{word[-1]}"


def _consonants(word: str) -> str:
    return "".join(letter for letter in word if letter not in "aeiou")


_BY_KEY = {_key(word): word for word in _WORDS if len(word) > 3}
_BY_CONSONANTS = {_consonants(word): word for word in _WORDS if len(word) > 4} | {"yr": "your"}


def put_right(given: Folded) -> Folded | None:
    """The text with such words put right; None where fewer than two of them are misspelt."""
    if _SIGN.search(given.text) is None:
        return None
    found = list(_misspelt(given.text))
    if len(found) < 2:
        return None
    out: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, word in [*found, (len(given.text), len(given.text), "")]:
        out.append(given.text[at:start])
        places.extend(_place(given, each) for each in range(at, start))
        out.append(word)
        places.extend(
            _place(given, start + min(each, end - start - 1)) for each in range(len(word))
        )
        at = end
    return Folded("".join(out), places)


def _misspelt(text: str) -> Iterator[tuple[int, int, str]]:
    for token in _TOKEN.finditer(text):
        word = token[0]
        right = _BY_KEY.get(_key(word)) or _BY_CONSONANTS.get(word)
        if right is not None and right != word:
            yield token.start(), token.end(), right


def _place(given: Folded, at: int) -> int:
    return at if given.places is None else given.places[at]
