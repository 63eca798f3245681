"""A list that reads as whole ("His allergies are A, B and C") leaves nothing of its kind out."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from recommendations.clinical.facts import (
    AllergyFact,
    AppointmentFact,
    ConditionFact,
    FactBase,
    ImmunizationFact,
    MedicationFact,
    ProcedureFact,
)
from recommendations.verification.chart import Chart
from recommendations.verification.naming import surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import listed
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.scanning import Scan

_KINDS: dict[str, type[FactBase]] = {
    **dict.fromkeys(("allergies", "intolerances"), AllergyFact),
    **dict.fromkeys(("medications", "medicines", "meds", "drugs", "prescriptions"), MedicationFact),
    **dict.fromkeys(("problems", "conditions", "diagnoses", "comorbidities"), ConditionFact),
    **dict.fromkeys(("vaccines", "vaccinations", "immunizations"), ImmunizationFact),
    **dict.fromkeys(("procedures", "operations", "surgeries"), ProcedureFact),
    **dict.fromkeys(("appointments",), AppointmentFact),
}  # fmt: skip
# Words before the noun that leave the list what it is; any other makes it a list of something less.
_WHOSE = listed(
    "his her your their our my the these patient's patient known recorded listed documented noted "
    "all complete full entire"
)
_NARROWER: dict[str, Callable[[Any], bool]] = {
    "active": lambda fact: fact.status == "active",
    "current": lambda fact: fact.status == "active",
    "ongoing": lambda fact: fact.status == "active",
    "stopped": lambda fact: fact.status == "stopped",
    "resolved": lambda fact: fact.status == "resolved",
    "upcoming": lambda fact: fact.status == "booked",
    "booked": lambda fact: fact.status == "booked",
    "drug": lambda fact: getattr(fact, "category", "") == "medication",
    "medication": lambda fact: getattr(fact, "category", "") == "medication",
    "food": lambda fact: getattr(fact, "category", "") == "food",
    "environmental": lambda fact: getattr(fact, "category", "") == "environment",
}
_STANDING: dict[type[FactBase], frozenset[str]] = {
    MedicationFact: frozenset(("active",)), ConditionFact: frozenset(("active", "recurrence")),
    ImmunizationFact: frozenset(("completed",)), ProcedureFact: frozenset(("completed",)),
    AppointmentFact: frozenset(("booked",)),
}  # fmt: skip
_STATES = frozenset(("active", "current", "ongoing", "stopped", "resolved", "upcoming", "booked"))
_WHERE = r"(?: (?:on|in) (?:the |his |her |your )?(?:\w+ )?(?:list|record|chart|file))?"
_HEAD = re.compile(
    rf"(?:^|(?<=[;.:,] )|(?<= and ))((?:[\w']+ ){{0,4}})({'|'.join(_KINDS)}){_WHERE}"
    r"(?: \((?:active|current)\))?(?: (?:are|were|consist of|comprise|now are|are now)\b|:)"
)
_ONLY = 4  # the first of a list stands within so many words of "are"


def findings(scan: Scan, binding: Binding, chart: Chart) -> list[Finding]:
    """What lists that read as whole leave out, the first of each."""
    mentioned = [binding.subject(i).fact for i in sorted(binding.mentioned()) if i >= 0]
    found = []
    for kind, keeps, end in _lists(scan):
        told = [fact for fact in mentioned if isinstance(fact, kind)]
        if not told or not _begins(scan, binding, kind, end):
            continue
        names = frozenset[tuple[str, ...]]().union(*map(surfaces, told))
        left = [f for f in chart.standing(kind) if keeps(f) and not surfaces(f) & names]
        found += [_left_out(left[0])] if left else []
    return found


def _left_out(fact: FactBase) -> Finding:
    words = f"Reads as the whole list, and leaves out {fact.name}."
    return finding("list_incomplete", words, ref=fact.handle, chart=fact.name, against=True)


def _lists(scan: Scan) -> Iterator[tuple[type[FactBase], Callable[[Any], bool], int]]:
    for head in _HEAD.finditer(scan.low):
        qualifiers = [word for word in head[1].split() if word not in _WHOSE]
        if all(word in _NARROWER for word in qualifiers):
            yield (kind := _KINDS[head[2]]), _keeper(kind, qualifiers), head.end()


def _keeper(kind: type[FactBase], qualifiers: list[str]) -> Callable[[Any], bool]:
    """Which facts the list must have: the standing ones, unless it says which."""
    tests = [_NARROWER[word] for word in qualifiers]
    if not _STATES & set(qualifiers) and (standing := _STANDING.get(kind)):
        tests.append(lambda fact: fact.status in standing)
    return lambda fact: _is_one(fact) and all(test(fact) for test in tests)


def _is_one(fact: Any) -> bool:
    doubted = getattr(fact, "verification", "") in {"refuted", "entered-in-error"}
    none = isinstance(fact, AllergyFact) and fact.none_known
    visit = getattr(fact, "category", "") == "encounter-diagnosis"
    return not (doubted or none or visit)


def _begins(scan: Scan, binding: Binding, kind: type[FactBase], end: int) -> bool:
    """Whether what is listed follows: "are on the list" tells of the list, and lists nothing."""
    at = next((i for i, token in enumerate(scan.tokens) if token.start >= end), len(scan.tokens))
    names = [i for i in scan.items if i.kind == "name" and at <= i.start <= at + _ONLY]
    return any(
        isinstance(binding.subject(index).fact, kind)
        for name in names
        for index in name.subjects
        if index >= 0
    )
