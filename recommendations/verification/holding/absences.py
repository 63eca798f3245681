"""That something is not there: only where everything was read that would show it.

A term is looked for by every name that is known for it, narrower ones too. A term whose other names
are not known is not looked for at all: its absence cannot be shown by code.
"""

from collections.abc import Iterable

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    EncounterFact,
    FactBase,
    FamilyHistoryFact,
    ImmunizationFact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    ProcedureFact,
    ReportFact,
)
from recommendations.clinical.observations import FINAL
from recommendations.verification.chart import Chart
from recommendations.verification.claims import AbsenceClaim
from recommendations.verification.holding.terms import Term, holds_words, term_of
from recommendations.verification.naming import surfaces
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat, stem, words
from recommendations.verification.rules import finding

_KINDS: dict[str, type[FactBase]] = {
    "problems": ConditionFact, "encounter_diagnoses": ConditionFact, "medications": MedicationFact,
    "allergies": AllergyFact, "labs": ObservationFact, "vitals": ObservationFact,
    "notes": NoteFact, "encounters": EncounterFact, "appointments": AppointmentFact,
    "immunizations": ImmunizationFact, "care_plans": CarePlanFact, "procedures": ProcedureFact,
    "family_history": FamilyHistoryFact, "administrations": AdministrationFact,
}  # fmt: skip
# What is pending stands among the results or the reports: both must have been read.
_READ = {"pending_results": ("labs", "reports")}
# A diagnosis may stand on either list: both must have been read for it to be in neither.
_TOGETHER = {"problems": ("encounter_diagnoses",), "encounter_diagnoses": ("problems",)}
_GIVEN_UP = frozenset(("cancelled", "appended", "entered-in-error"))
_CURRENT = frozenset(("active", "on-hold", "recurrence", "relapse", "", "booked", "pending"))


def absence(claim: AbsenceClaim, chart: Chart) -> list[Finding]:
    """An absence as claimed."""
    where = claim.searched.replace("_", " ")
    together = _TOGETHER.get(claim.searched, ())
    read = _READ.get(claim.searched, (claim.searched,))
    if not all(map(chart.complete, read)) or any(chart.failed(c) for c in together):
        said = f"Not all {where} were read, so it is not known that there is no {claim.term}."
        return [finding("absence_unread", said, draft=claim.term)]
    term = term_of(claim.term, claim.searched)
    facts = _searched(claim, chart, current=term.current)
    if term.whole:
        return [_defeated(claim, facts[0])] if facts else []
    for fact in facts:
        if _shows(fact, term):
            return [_defeated(claim, fact)]
    if not term.known:
        said = f"Whether {claim.term} is absent cannot be told from names alone."
        return [finding("absence_unprovable", said, draft=claim.term)]
    return []


def _searched(claim: AbsenceClaim, chart: Chart, *, current: bool) -> list[FactBase]:
    if claim.searched == "pending_results":
        return _awaited(chart)
    kind = _KINDS[claim.searched]
    facts = [f for f in chart.standing(kind) if _counts(f, claim.searched)]
    if current:
        facts = [f for f in facts if getattr(f, "status", "") in _CURRENT]
    return facts


def _awaited(chart: Chart) -> list[FactBase]:
    """Laboratory results and reports that are not final, and were not given up."""
    labs = [f for f in chart.standing(ObservationFact) if f.category != "vital-signs"]
    found: list[FactBase] = [*labs, *chart.standing(ReportFact)]
    return [f for f in found if f.status not in FINAL and f.status not in _GIVEN_UP]


def _counts(fact: FactBase, searched: str) -> bool:
    if isinstance(fact, AllergyFact):
        return not fact.none_known and fact.verification != "refuted"
    if isinstance(fact, ConditionFact):
        return fact.verification != "refuted"
    if isinstance(fact, ObservationFact):
        return (fact.category == "vital-signs") is (searched == "vitals")
    if isinstance(fact, AdministrationFact):
        return fact.status != "not-done"
    return True


def _defeated(claim: AbsenceClaim, fact: FactBase) -> Finding:
    said = f"Says there is no {claim.term}; the chart has \u201c{fact.name}\u201d."
    return finding(
        "absence_defeated", said, ref=fact.handle, draft=claim.term, chart=fact.name, against=True
    )


def _shows(fact: FactBase, term: Term) -> bool:
    if isinstance(fact, NoteFact):
        text = words(flat(fact.text))
        return any(holds_words(text, name) for name in term.names)
    if isinstance(fact, MedicationFact | AdministrationFact) and term.drugs is not None:
        return term.drugs(fact.name)
    if isinstance(fact, AllergyFact) and term.drugs is not None and term.drugs(fact.name):
        return True
    told = list(surfaces(fact))
    texts = _texts(fact)
    return any(_bears(name, told, texts) for name in term.names) or any(
        _overlaps(words(text), term) for text in texts
    )


def _texts(fact: FactBase) -> list[str]:
    """What a fact says in words besides its codes."""
    found = [fact.name, *(c.display for c in fact.codings)]
    if isinstance(fact, FamilyHistoryFact):
        found += fact.conditions
    found += [getattr(fact, name, "") for name in ("reason", "service")]
    return [text for text in found if text]


def _bears(name: tuple[str, ...], told: Iterable[tuple[str, ...]], texts: Iterable[str]) -> bool:
    wanted = set(name)
    return any(wanted <= set(bag) for bag in told) or any(
        wanted <= {stem(word) for word in words(text)} for text in texts
    )


def _overlaps(text: tuple[str, ...], term: Term) -> bool:
    """Whether a term that is unknown shares a telling word with what is in the chart."""
    return not term.known and bool(term.telling & set(text))
