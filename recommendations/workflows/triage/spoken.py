"""Whether a complaint says something of the patient, now: words found, and not denied.

A word too many raises the urgency; a word too few leaves it. So only what is plainly denied, of
the past, or of somebody else does not count.
"""

import re
import unicodedata
from functools import lru_cache

_BLANK = re.compile(r"\s+")
_END = re.compile(r"[.;!?\n]+|\b(?:but|however|although|though|except)\b")
_WORD = re.compile(r"[a-z0-9'/%]+")
_DENIED = re.compile(
    r"\b(?:no|not|denies|denied|denying|without|never|nil|w/o|isn't|wasn't|hasn't|doesn't|don't|"
    r"didn't|haven't|negative for|free of|ruled out)\b"
    r"(?!\s+(?:relief|relieved|improv\w*|better|longer|change|doubt|idea|help\w*|settl\w*|go|"
    r"going|eas\w*|only|sure|stop\w*|getting|able|respond\w*|react\w*|waking|breathing|known))"
)
_AGAIN = re.compile(r"\b(?:has|have|having|with|reports|complains|now|today|since|presents)\b")
_PAST = re.compile(
    r"\b(?:history of|hx of|h/o|previous|prior|past|old|years ago|months ago|last year|"
    r"in (?:19|20)\d\d)\b"
)
_OTHERS = re.compile(
    r"\b(?:family history|mother|father|mum|mom|dad|brother|sister|aunt|uncle|grand\w+|"
    r"husband|wife|neighbou?r|friend)\b(?:'s)?\s+(?:of|had|has had|died|history|with)\b"
)
_REACH = 12  # words that a denial reaches ahead
_PAST_REACH = 3


def folded(text: str) -> str:
    """One case, one width, one kind of quotation mark and hyphen."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain.replace("\u2019", "'").replace("\u2018", "'").replace("\u2010", "-").replace(
        "\u2011", "-"
    )  # fmt: skip


def says(text: str, pattern: str, *, past: bool = False) -> str:
    """The words of ``text`` that match and count; empty if none do.

    ``past``: what was once counts as well.
    """
    for clause in clauses(text):
        for found in _compiled(pattern).finditer(clause):
            if not _denied(clause, found.start()) and (past or not _of_before(clause, found)):
                return found[0].strip()
    return ""


@lru_cache(maxsize=8)
def clauses(text: str) -> tuple[str, ...]:
    """The text by clauses: a denial does not reach beyond its own."""
    return tuple(
        clause for part in _END.split(folded(text)) if (clause := _BLANK.sub(" ", part).strip())
    )


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})")


def _denied(clause: str, at: int) -> bool:
    before = list(_DENIED.finditer(clause, 0, at))
    if not before:
        return False
    between = clause[before[-1].end() : at]
    return len(_WORD.findall(between)) <= _REACH and not _AGAIN.search(between)


def _of_before(clause: str, found: re.Match[str]) -> bool:
    """Whether it is told of the past, or of a relative."""
    before = clause[: found.start()]
    near = " ".join(before.split()[-_PAST_REACH:])
    after = " ".join(clause[found.end() :].split()[:4])
    told_of_others = _OTHERS.search(clause, 0, found.start() + 1) is not None
    return bool(_PAST.search(near)) or bool(_PAST.match(after)) or told_of_others
