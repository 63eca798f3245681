"""Kinds 37 and 38: what one source says and another denies, and what is another patient's."""

import re

from recommendations.clinical.facts import AllergyFact, MedicationFact, NoteFact
from recommendations.quality.planting.case import Case, Form, Planting
from recommendations.verification.claims import DraftedStatement, MedicationClaim, NoteClaim
from recommendations.verification.dates import shown

Planted = DraftedStatement | None
_NO_ALLERGIES = re.compile(
    r"[^.\n]*\b(?:no known (?:drug |food )?allergies|nkda|no allergies)\b[^.\n]*\.?", re.IGNORECASE
)


def _one_side(case: Case, form: Form) -> Planted:
    """The coded dose alone, of an order whose text says another."""
    if case.claim("dosage", "medication") is None:
        return None
    found = [f for f in case.chart.standing(MedicationFact) if "dose" in f.differing and f.dose]
    if not found:
        return None
    fact = case.random.choice(found)
    dose = f"{fact.dose.value:f} {fact.dose.unit}" if fact.dose else ""
    claim = MedicationClaim(ref=fact.handle, name=fact.name, dose=dose, status=fact.status)
    return case.made(f"{fact.name}, {dose}, {fact.status}.", claim)


def _denied_by_note(case: Case, form: Form) -> Planted:
    """A note that there is no allergy, quoted where the chart has one."""
    allergies = [f for f in case.chart.standing(AllergyFact) if not f.none_known]
    if case.claim("allergy") is None or not allergies:
        return None
    found = [
        (note, quoted[0].strip())
        for note in case.chart.standing(NoteFact)
        if not note.superseded and (quoted := _NO_ALLERGIES.search(note.text))
    ]
    if not found:
        return None
    note, quote = case.random.choice(found)
    when = f" of {shown(note.authored)}" if note.authored else ""
    return case.made(
        f"{note.name}{when} says: \u201c{quote}\u201d",
        NoteClaim(ref=note.handle, quote=quote[:600]),
    )


def _of_another(case: Case, form: Form) -> Planted:
    """A statement of another patient's draft as it stands there."""
    said = {statement.text for statement in case.draft}
    others = [
        s for s in case.foreign if s.text not in said and _telling(s) and not _stands(case, s)
    ]
    if not others:
        return None
    other = case.random.choice(others)
    return case.made(other.text, *other.claims)


def _stands(case: Case, statement: DraftedStatement) -> bool:
    """Whether it quotes what a note of this patient says too."""
    claim = statement.claims[0]
    notes = case.chart.standing(NoteFact)
    return isinstance(claim, NoteClaim) and any(claim.quote in note.text for note in notes)


def _telling(statement: DraftedStatement) -> bool:
    """Whether it has a date or a number: nothing that could be as true of anybody."""
    return bool(re.search(r"\d", statement.text)) and statement.claims[0].kind != "demographics"


PLANTINGS = (
    Planting(37, "one side of two", _one_side, ("both",)),
    Planting(37, "allergy that a note denies", _denied_by_note, ("both",)),
    Planting(38, "another patient's", _of_another, ("both",)),
)
