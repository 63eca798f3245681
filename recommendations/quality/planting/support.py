"""Kinds 30 to 35: what nothing bears out, sources, quotations and absence."""

import re
from collections.abc import Iterator, Sequence

from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    FactBase,
    MedicationFact,
    NoteFact,
)
from recommendations.quality.planting.case import Case, Form, Planting, added, changed, led
from recommendations.verification.claims import AbsenceClaim, DraftedStatement, NoteClaim
from recommendations.verification.dates import date_of, shown

Planted = DraftedStatement | None
_CLAUSES = (
    " and the ECG was normal", ", confirmed by CT", "; chest radiograph was clear",
    ", well tolerated", " after a recent fall", ", reviewed with cardiology",
    "; no bleeding was noted", ", with good adherence",
)  # fmt: skip
_CAUSES = (
    " due to dehydration",
    " because of poor diet",
    " caused by an infection",
    ", secondary to alcohol use",
)
_PURPOSES = (" for chest pain", " for migraine prevention", " to treat insomnia")
_DEGREES = ("Severe", "Mild", "Well-controlled", "Poorly controlled", "End-stage")
_DEGREES_AFTER = (", well controlled", ", worsening", ", in good control", ", severe")
_DEGREES_OF_RESULTS = (" (markedly abnormal)", ", slightly elevated", ", dangerously high")
_REMAINDERS = (
    "; no other problems",
    ", with no complications",
    "; otherwise unremarkable",
    " and nothing else",
)
_LISTS: dict[str, tuple[type[FactBase], str]] = {
    "problems": (ConditionFact, "on the problem list"),
    "medications": (MedicationFact, "on the medication list"),
    "allergies": (AllergyFact, "on the allergy list"),
}
_DENIAL = re.compile(r"\b(?:no|denies|without|not|never)\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]")


def _clause(case: Case, form: Form) -> Planted:
    return case.with_text(added(case.text, case.random.choice(_CLAUSES)))


def _cause(case: Case, form: Form) -> Planted:
    if not list(case.claims("observation", "condition", "trend")):
        return None
    return case.with_text(added(case.text, case.random.choice(_CAUSES)))


def _purpose(case: Case, form: Form) -> Planted:
    claim = case.claim("medication")
    fact = case.fact(claim, MedicationFact) if claim else None
    if fact is None or fact.reason or " for " in fact.dosage_text:
        return None
    return case.with_text(added(case.text, case.random.choice(_PURPOSES)))


def _degree(case: Case, form: Form) -> Planted:
    """How bad, or how well held, where the chart says neither."""
    claim = case.claim("condition")
    fact = case.fact(claim, ConditionFact) if claim else None
    if fact is None or fact.severity or re.search(r"severe|mild|controlled|stage", fact.name, re.I):
        return None
    if case.random.random() < 0.5:
        return case.with_text(added(case.text, case.random.choice(_DEGREES_AFTER)))
    return case.with_text(led(case.random.choice(_DEGREES), case.text))


def _degree_of_result(case: Case, form: Form) -> Planted:
    if case.claim("observation") is None:
        return None
    return case.with_text(added(case.text, case.random.choice(_DEGREES_OF_RESULTS)))


def _unread(case: Case, form: Form) -> Planted:
    """A source that nobody gave."""
    claim = case.claim("observation", "medication", "condition", "allergy", "event", "note")
    if claim is None:
        return None
    prefix = claim.ref.rstrip("0123456789")
    return case.made(case.text, changed(claim, ref=f"{prefix}9{case.random.randint(100, 999)}"))


def _wrong_source(case: Case, form: Form) -> Planted:
    """Another fact of the same kind, which says another thing."""
    claim = case.claim("observation", "medication", "condition", "allergy")
    fact = case.chart.fact(claim.ref) if claim else None
    if claim is None or fact is None:
        return None
    others = [f for f in case.chart.standing(type(fact)) if not _alike(f, fact)]
    if not others:
        return None
    return case.made(case.text, changed(claim, ref=case.random.choice(others).handle))


def _alike(fact: FactBase, other: FactBase) -> bool:
    """Whether they may be one thing under two names."""
    same_time = date_of(fact, "") == date_of(other, "")
    return fact.name == other.name or (fact.status == other.status and same_time)


def _altered(case: Case, form: Form) -> Planted:
    """A quotation with a word changed, or a denial put into it."""
    claim = case.claim("note")
    if claim is None or f"\u201c{claim.quote}\u201d" not in case.text:
        return None
    said = claim.quote.split(" ")
    at = case.random.randrange(len(said))
    said[at] = "not" if case.random.random() < 0.5 else f"never {said[at]}"
    quote = " ".join(said)
    return case.with_claim(case.text.replace(claim.quote, quote, 1), claim, form, quote=quote)


def _cut(case: Case, form: Form) -> Planted:
    """What a note denies, quoted without its denial."""
    if case.claim("note") is None:
        return None
    found = [(note, quote) for note in case.chart.standing(NoteFact) for quote in _denied(note)]
    if not found:
        return None
    note, quote = case.random.choice(found)
    when = f" of {shown(note.authored)}" if note.authored else ""
    text = f"{note.name}{when} says: \u201c{quote}\u201d"
    return case.made(text, NoteClaim(ref=note.handle, quote=quote))


def _denied(note: NoteFact) -> Iterator[str]:
    if note.superseded:
        return
    for sentence in _SENTENCE.findall(note.text)[:60]:
        denial = _DENIAL.search(sentence)
        rest = sentence[denial.end() :].strip(" .!?") if denial else ""
        if 2 <= len(rest.split()) <= 20 and not _DENIAL.search(rest) and "\u201c" not in rest:
            yield rest


def _absent(case: Case, form: Form) -> Planted:
    """That something is not on a list which has it."""
    claim = case.claim("condition", "medication", "allergy")
    fact = case.chart.fact(claim.ref) if claim else None
    for searched, (kind, where) in _LISTS.items():
        if isinstance(fact, kind) and not getattr(fact, "none_known", False):
            name = getattr(claim, "substance", "") or claim.name
            if f"No {name}"[:280] != f"No {name}":
                return None
            said = AbsenceClaim.model_validate({"term": name, "searched": searched})
            return case.made(f"No {name} is {where}.", said)
    return None


def _list_empty(case: Case, form: Form) -> Planted:
    """That a whole list is empty, which is not."""
    claim = case.claim("condition", "medication", "allergy")
    fact = case.chart.fact(claim.ref) if claim else None
    for searched, (kind, where) in _LISTS.items():
        if isinstance(fact, kind) and not getattr(fact, "none_known", False):
            said = AbsenceClaim.model_validate({"term": searched, "searched": searched})
            return case.made(f"No {searched} were found {where}.", said)
    return None


def _unscoped(case: Case, form: Form) -> Planted:
    return case.with_text(added(case.text, case.random.choice(_REMAINDERS)))


def _unread_list(case: Case, form: Form) -> Planted:
    """That something is not on a list of which not all was read."""
    unread: Sequence[str] = [
        c for c in ("procedures", "immunizations") if not case.chart.complete(c)
    ]
    if not unread or case.claim("condition") is None:
        return None
    searched = case.random.choice(unread)
    said = AbsenceClaim.model_validate({"term": searched, "searched": searched})
    return case.made(f"No {searched} were found among the recorded {searched}.", said)


_TEXT: tuple[Form, ...] = ("sentence",)
PLANTINGS = (
    Planting(30, "clause", _clause, _TEXT),
    Planting(31, "cause", _cause, _TEXT),
    Planting(31, "purpose", _purpose, _TEXT),
    Planting(32, "degree of a condition", _degree, _TEXT),
    Planting(32, "degree of a result", _degree_of_result, _TEXT),
    Planting(33, "source never read", _unread, ("claims",)),
    Planting(33, "source of another", _wrong_source, ("claims",)),
    Planting(34, "quotation altered", _altered),
    Planting(34, "quotation cut", _cut, ("both",)),
    Planting(35, "absent and on the list", _absent, ("both",)),
    Planting(35, "list told as empty", _list_empty, ("both",)),
    Planting(35, "nothing else", _unscoped, _TEXT),
    Planting(35, "absent from what was not read", _unread_list, ("both",)),
)
