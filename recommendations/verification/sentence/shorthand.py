"""Signs and letters of clinical short hand, written out before a sentence is read.

Only what has one meaning wherever it stands; what has several is a cue or a name.
"""

import re
from collections.abc import Set

_ARROW = re.compile(r"\s*(?:\u2192|->|=>|\u21d2)\s*")
_DOUBT = re.compile(r"(?<![\w?])\? ?(?=\w)")  # "?neuropathy"; not the question mark of a sentence
_WRITTEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w/]){short}(?![\w/])", re.IGNORECASE), long)
    for short, long in (
        (r"f/u", "follow-up"), (r"h/o", "history of"), (r"[pf]?mhx?(?= )", "history of"),
        (r"psh?x", "history of"), (r"hx(?: of)?", "history of"), (r"w/o", "without"),
        (r"o/e", "on examination"), (r"ddx", "differential"), (r"pcn", "penicillin"),
    )
)  # fmt: skip
_AGED = re.compile(r"(\d{1,3}) ?y\.?/?o\.?(?![\w/])", re.IGNORECASE)
_SEXED = re.compile(r"\A(\d{1,3}) ?([MF])\b")

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_COUNTED = re.compile(rf"\b({'|'.join(_TENS)})[- ]({'|'.join(_ONES)})\b", re.IGNORECASE)


def written_out(text: str, kinds: Set[str]) -> str:
    """``text`` without short hand. "78M" is an age and a sex where the patient is spoken of."""
    text = _ARROW.sub(" to ", text)
    text = _DOUBT.sub("possible ", text)
    for short, long in _WRITTEN:
        text = short.sub(long, text)
    text = _COUNTED.sub(_in_figures, text)  # or "sixty-eight years" would be eight
    if "demographics" in kinds:
        text = _AGED.sub(r"\1-year-old", text)
        text = _SEXED.sub(r"\1-year-old \2", text)
    return text


def _in_figures(hit: re.Match[str]) -> str:
    tens, ones = hit[1].lower(), hit[2].lower()
    return f"{10 * (_TENS.index(tens) + 2) + _ONES.index(ones) + 1}"
