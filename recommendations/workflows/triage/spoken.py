"""Whether a complaint says something of the patient, now: words found, and not denied.

A word too many raises the urgency; a word too few leaves it. So only what is plainly denied, of
the past, or of somebody else does not count.
"""

import re
import unicodedata
from functools import lru_cache

from recommendations.workflows.triage import spelling

_BLANK = re.compile(r"\s+")
_END = re.compile(r"[.;!?\n]+|\s[-\u2013\u2014]+\s|\b(?:but|however|although|though|except)\b")
_WORD = re.compile(r"[a-z0-9'/%]+")
_DENIED = re.compile(
    r"\b(?:no|not|denies|denied|denying|without|never|nil|w/o|isn't|wasn't|hasn't|doesn't|don't|"
    r"didn't|haven't|negative for|free of|ruled out|none of)\b"
    r"(?!\s+(?:relief|relieved|improv\w*|better|longer|change|doubt|idea|help\w*|settl\w*|go|"
    r"going|eas\w*|only|sure|stop\w*|getting|able|respond\w*|react\w*|waking|breathing|known))"
)
# "Fever no", "LOC: nil", "ketones neg": the denial stands behind.
_DENIED_AFTER = re.compile(r"[\s:=]*(?:nil|neg|negative|-ve|denied|absent|excluded|ruled out)\b")
# These are said of a list ("no fever, cough, rash"); the others ("without", "doesn't") of what is
# said with them, up to the next comma.
_OF_LIST = frozenset({"no", "denies", "denied", "denying", "nil", "w/o", "negative for", "free of",
                      "none of"})  # fmt: skip
_AGAIN = re.compile(
    r"\b(?:has|have|having|with|reports|complains|now|today|since|presents|is|are|was|were|got|"
    r"fell|came|took|woke|feels?|went|started|began|says?|said|can't|won't)\b|"
    r", (?!blurred|slurred)\w+ed\b"
)
_PAST = re.compile(
    r"\b(?:history of|hx|h/o|pmh|previous\w*|prior|"
    r"(?<!year )(?<!years )(?<!yr )(?<!month )(?<!months )(?<!week )(?<!weeks )(?<!day )"
    r"old(?=\s*$)|"
    r"past (?:medical |surgical )?(?:history|hx)|"
    r"in the past(?! (?:few|couple|two|three|\d|hour|day|week))|"
    r"(?:(?:\d+|a|an|one|two|three|four|five|six|ten|many|several|some|few) )?"
    r"(?:years?|yrs?|months?) ago|last (?:year|month)|"
    r"as an? (?:\w+ )?(?:child|baby|toddler|infant|kid|teenager)|"
    r"(?:(?:back )?in (?:[a-z]{3,9} )?)?(?:19|20)\d\d)\b"
)
_OTHERS = re.compile(
    r"\b(?:family history|mother|father|mum|mom|dad|brother|sister|aunt|uncle|grand\w+|"
    r"husband|wife|neighbou?r|friend)\b(?:'s)?\s+(?:of|had|has had|died|history|with|collapsed)\b"
)
# Who brings a parent says "Dad had a turn, now he is slurring": that is the patient.
_NOW = re.compile(
    r"\b(?:now|today|just|still|this (?:morning|afternoon|evening)|tonight|"
    r"(?:min\w*|h(?:ou)?rs?) ago)\b"
)
_BETWEEN = r"(?!(?:no|not|nil|none|without|denies|never)\b)[\w'/+&-]+"
_REACH = 12  # words that a denial reaches ahead
_PAST_REACH = 3


def folded(text: str) -> str:
    """One case, width, quotation mark and hyphen; usual slips of spelling mended."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    even = plain.replace("\u2019", "'").replace("\u2018", "'").replace("\u2010", "-").replace(
        "\u2011", "-"
    )  # fmt: skip
    return spelling.mended(even)


def says(text: str, pattern: str, *, past: bool = False) -> str:
    """The words of ``text`` that match and count; empty if none do.

    ``past``: what was once counts as well.
    """
    for clause in clauses(text):
        for found in _compiled(pattern).finditer(clause):
            if not _denied(clause, found) and (past or not _of_before(clause, found)):
                return found[0].strip()
    return ""


@lru_cache(maxsize=8)
def clauses(text: str) -> tuple[str, ...]:
    """The text by clauses: a denial does not reach beyond its own."""
    return tuple(
        clause for part in _END.split(folded(text)) if (clause := _BLANK.sub(" ", part).strip())
    )


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A word that stands between two that are looked for may have a comma or an apostrophe, and
    denies nothing."""
    between = pattern.replace(r"(?:\w+ )", f"(?:{_BETWEEN},? )")
    between = between.replace(r"(?: \w+)", f"(?:,? {_BETWEEN})")
    return re.compile(rf"\b(?:{between})")


def _denied(clause: str, found: re.Match[str]) -> bool:
    """Whether a denial reaches what was found.

    It reaches along a list ("no fever, cough, rash"), not to what happened then ("no LOC,
    vomited twice").
    """
    if _DENIED_AFTER.match(clause, found.end()):
        return True
    before = list(_DENIED.finditer(clause, 0, found.start()))
    if not before:
        return False
    between = clause[before[-1].end() : found.start()]
    if "," in between:
        happened = found[0].split()[0].endswith("ed")
        if happened or before[-1][0] not in _OF_LIST:
            return False
    return len(_WORD.findall(between)) <= _REACH and not _AGAIN.search(between)


def _of_before(clause: str, found: re.Match[str]) -> bool:
    """Whether it is told of the past, or of a relative.

    What is past reaches to the next comma: "hx of asthma, chest pain" is pain of now.
    """
    before = clause[: found.start()].rpartition(",")[2]
    near = " ".join(before.split()[-_PAST_REACH:])
    after = " ".join(clause[found.end() :].split()[:5])
    told_of_others = _OTHERS.search(clause, 0, found.start() + 1) and not _NOW.search(clause)
    return bool(_PAST.search(near)) or bool(_PAST.match(after)) or bool(told_of_others)
