"""ROUGE-1, ROUGE-2 and ROUGE-L: how much of one text's words another has.

Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries". F-measures with precision and
recall weighed alike, over words of lower case without stemming: figures of another tokeniser, or
with stemming, lie a little apart and must not be set beside these.
"""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")


def rouge(candidate: str, reference: str) -> dict[str, float]:
    """``rouge1``, ``rouge2``, ``rougeL``, each from 0 to 1."""
    ours, theirs = _words(candidate), _words(reference)
    return {
        "rouge1": _overlap(ours, theirs, 1),
        "rouge2": _overlap(ours, theirs, 2),
        "rougeL": _f(_longest(ours, theirs), len(ours), len(theirs)),
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _overlap(ours: Sequence[str], theirs: Sequence[str], size: int) -> float:
    first, second = _grams(ours, size), _grams(theirs, size)
    return _f((first & second).total(), first.total(), second.total())


def _grams(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _longest(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for at, other in enumerate(theirs, start=1):
            above = row[at]
            row[at] = before + 1 if word == other else max(above, row[at - 1])
            before = above
    return row[-1]


def _f(common: int, ours: int, theirs: int) -> float:
    return 2 * common / (ours + theirs) if common else 0.0
