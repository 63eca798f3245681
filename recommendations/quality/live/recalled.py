"""Facts of a written note that a draft has, told by code: drugs, numbers, complaints.

What counts as a fact is what code can find without understanding: drugs by ingredient or brand of
verification's own lexicon, numbers with what they count, and the complaints that the set names.
"""

import re
from collections.abc import Iterable

from recommendations.verification.naming.drugs import drugs_in
from recommendations.verification.plain import words

_NUMBER = re.compile(
    r"\b(\d+(?:[.,/]\d+)?)\s*(mg|mcg|ml|g|units?|%|mmhg|degrees|bpm|pounds|weeks?|days?|months?)?"
)
_YEARS = re.compile(r"\b\d+[- ]year[- ]old\b")


def facts_of(note: str, complaints: Iterable[str]) -> frozenset[str]:
    """The facts of a note, each as one key (``drug:metformin``, ``number:40 mg``)."""
    told = " ".join(words(note))
    found = {f"drug:{'+'.join(drug.ingredients)}" for drug in drugs_in(note)}
    plain = _YEARS.sub(" ", note.casefold())
    found |= {
        f"number:{value} {unit}"
        for value, unit in _NUMBER.findall(plain)
        if unit or "." in value or "/" in value
    }
    return frozenset(found | {f"complaint:{c}" for c in _said(complaints, told)})


def recall(draft: str, note: str, complaints: Iterable[str]) -> tuple[int, int]:
    """How many facts of the note the draft has, and how many there are."""
    asked = tuple(complaints)
    wanted = facts_of(note, asked)
    return len(wanted & facts_of(draft, asked)), len(wanted)


def _said(complaints: Iterable[str], told: str) -> Iterable[str]:
    for complaint in complaints:
        name = " ".join(words(complaint))
        if name and name in told:
            yield name
