"""The kinds of errors in a draft, each with what it can do to a patient."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. Severity: H could change treatment, M misleads, L is cosmetic."""

    number: int
    title: str
    severity: Literal["H", "M", "L"]
    group: str

    def __str__(self) -> str:
        """As sets of drafts name it."""
        return f"{self.number} {self.title}"


# After the categories of VeriFact (arXiv 2501.16672), MedVAL (arXiv 2507.03152), MEDEC (2024) and
# Asgari 2025 (npj Digit Med 8:274), made as fine as one rule is.
_KINDS = (
    ("value", 1, "value off", "H"),
    ("value", 2, "decimal shift", "H"),
    ("value", 3, "digits swapped", "H"),
    ("value", 4, "unit", "H"),
    ("value", 5, "values exchanged between items", "H"),
    ("value", 6, "wrong test", "H"),
    ("value", 7, "comparator added", "M"),
    ("time", 8, "year", "M"),
    ("time", 9, "day", "L"),
    ("time", 10, "relative time", "M"),
    ("time", 11, "dates exchanged", "M"),
    ("time", 12, "false latest/highest/lowest", "H"),
    ("time", 13, "trend reversed or invented", "H"),
    ("time", 14, "count", "M"),
    ("range", 15, "above/within/below", "H"),
    ("range", 16, "bounds altered", "M"),
    ("drug", 17, "wrong drug", "H"),
    ("drug", 18, "dose", "H"),
    ("drug", 19, "frequency/PRN", "H"),
    ("drug", 20, "route", "H"),
    ("drug", 21, "stopped vs active", "H"),
    ("drug", 22, "ordered posed as taken/given", "M"),
    ("problem, allergy", 23, "wrong condition or subtype", "H"),
    ("problem, allergy", 24, "active vs resolved", "M"),
    ("problem, allergy", 25, "negation", "H"),
    ("problem, allergy", 26, "certainty", "H"),
    ("problem, allergy", 27, "experiencer/relation/age", "H"),
    ("problem, allergy", 28, "side/site", "H"),
    ("problem, allergy", 29, "allergen/reaction/criticality", "H"),
    ("support", 30, "fabricated clause", "H"),
    ("support", 31, "cause or purpose", "M"),
    ("support", 32, "severity or \u201ccontrolled\u201d", "M"),
    ("support", 33, "wrong or unread citation", "M"),
    ("support", 34, "quote altered or cut before \u201cno\u201d", "H"),
    ("support", 35, "false or unscoped absence", "H"),
    ("draft", 36, "omission", "H"),
    ("draft", 37, "note/chart conflict hidden", "M"),
    ("draft", 38, "wrong patient", "H"),
)  # fmt: skip
KINDS: dict[int, Kind] = {
    number: Kind(number, title, severity, group)  # type: ignore[arg-type]
    for group, number, title, severity in _KINDS
}


def kind_of(name: str) -> Kind:
    """The kind that a set names by number and words; KeyError for one that is none."""
    return KINDS[int(name.split(" ", 1)[0])]
