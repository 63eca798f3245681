"""What a sentence denies: "no gout", "never had pneumonia", "is not taking furosemide"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recommendations.verification.own_words.reading import Own


@dataclass(frozen=True, slots=True)
class Denial:
    """One thing denied. ``of``: allergy, medication or problem; ``ever``: also for the past."""

    text: str
    term: str
    of: str
    ever: bool = False


_SMALL = r"(?:(?:any|a|an|the|known|active|current|his|her|underlying|pre-?existing) )*"
_EVER = re.compile(
    r"\b(?:no|denies|denied|without|has no)(?: any| a| known| past| prior| previous)* "
    rf"(?:history of|hx of|h/o) {_SMALL}|\b(?:has )?never (?:had|suffered from) {_SMALL}"
)
_NOW = re.compile(
    r"\b(?:does not have|doesn't have|do not have|has no|no known|not known to have|without|no"
    rf"|denies having|denies) {_SMALL}"
)
_NOT_ALLERGIC = re.compile(
    r"\bnot (?:known to be )?allergic to |\bno (?:known )?allerg(?:y|ies) to "
)
_NOT_TAKEN = re.compile(
    r"\b(?:not (?:currently )?(?:on|taking|using)|does not (?:take|use)|doesn't (?:take|use)"
    rf"|no longer (?:on|takes|taking|uses|using)|off) {_SMALL}"
)
_NOT_ILL = re.compile(
    r"\b(?:not|isn't|non) ?(?:an? )?"
    r"(diabetic|asthmatic|hypertensive|epileptic|anemic|anaemic|obese)\b"
)
_ILL = {
    "diabetic": "diabetes", "asthmatic": "asthma", "hypertensive": "hypertension",
    "epileptic": "epilepsy", "anemic": "anemia", "anaemic": "anemia", "obese": "obesity",
}  # fmt: skip
# What follows the thing and makes another of it: "no PE on CT", "no seizures since".
_SOFT = re.compile(
    r" (?:on|in|at|since|during|when|while|with|because|from|for|overnight|today|after|until|by|"
    r"so|that|was|were|is|are|has|have|needs?|needed|given|seen|found) "
)
_STOP = re.compile(r"[.;:!?()]|\bbut\b|\bexcept\b|\bonly\b")
_ALLERGY = re.compile(r"^(.+?) allerg(?:y|ies)$")


def denials(own: Own) -> Iterator[Denial]:
    """Everything that the sentence plainly denies."""
    low, taken = own.low, set[int]()
    for pattern, of, ever in _LEADS:
        for hit in pattern.finditer(low):
            if hit.start() in taken or (of == "medication" and (own.told or own.planned)):
                continue
            taken.add(hit.start())
            for term in _terms(low[hit.end() :]):
                yield _denial(hit[0], term, of, ever=ever)
    for hit in _NOT_ILL.finditer(low):
        yield Denial(hit[0], _ILL[hit[1]], "problem")


_LEADS = (
    (_NOT_ALLERGIC, "allergy", False), (_EVER, "problem", True), (_NOT_TAKEN, "medication", False),
    (_NOW, "problem", False),
)  # fmt: skip


def _denial(lead: str, term: str, of: str, *, ever: bool) -> Denial:
    said = f"{lead}{term}".strip()
    if of == "problem" and (found := _ALLERGY.match(term)):
        return Denial(said, found[1], "allergy")
    return Denial(said, term, of, ever)


def _terms(rest: str) -> Iterator[str]:
    """The things of a list: "diabetes", "stroke or TIA"; none where more is said of them."""
    phrase = _STOP.split(rest, maxsplit=1)[0]
    head, comma, tail = phrase.partition(",")
    if comma and re.search(r"\b(?:or|nor)\b", tail) and not re.search(r"\b(?:or|nor)\b", head):
        head = phrase
    if _SOFT.search(f" {head} "):
        return
    for part in re.split(r",| or | nor | and |/", head):
        if term := part.strip(" -'\""):
            yield term
