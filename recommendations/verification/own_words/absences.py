"""That something is not there, beside a chart that has it."""

import re
from collections.abc import Iterator, Sequence

from recommendations.clinical.facts import (
    AllergyFact,
    ConditionFact,
    Fact,
    MedicationFact,
    ProcedureFact,
)
from recommendations.verification.holding.terms import term_of
from recommendations.verification.lexicon.neutral import SYMPTOMS
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.drugs import drug_classes, mentions
from recommendations.verification.outcomes import Finding
from recommendations.verification.own_words.denials import Denial, denials
from recommendations.verification.own_words.reading import Own
from recommendations.verification.plain import bag, listed, stem, words
from recommendations.verification.rules import finding

_END = (
    r"(?=$|[.,;)!]| (?:known|recorded|listed|documented|reported|noted|at home|currently|"
    r"at present|on (?:record|file|the list)|in the chart|and)\b)"
)
_ANY = (
    r"(?: (?:any|known|documented|recorded|current|reported|active|history of|his|her|regular|home|"
    r"daily|long[- ]term|prescribed|prescription|significant|relevant|past|previous|prior|of|the|"
    r"chronic))*"
)
_LEAD = (
    r"\b(?:no|denies|denied|without|has no|takes no|on no|not (?:on|taking)|never had|"
    r"never has had|not known to have)"
)
_NO_ALLERGY = re.compile(
    rf"{_LEAD}{_ANY}(?: (drug|medication|medicine|food))?{_ANY} allerg(?:y|ies)"
    rf"(?: to (?:(any) )?(drug|medication|medicine|food)s?| to anything)?{_END}"
    rf"|\b(nkda)\b|\b(?:nka|nkfa)\b|\ballerg(?:y|ies) ?: ?(?:none|nil|no)\b"
    rf"|\bnot allergic(?: to (?:anything|any (drug|medication|medicine|food)s?))?{_END}"
)
_NO_DRUGS = re.compile(rf"{_LEAD}{_ANY} (?:medications?|medicines?|drugs|meds|tablets|pills){_END}")
_NO_HISTORY = re.compile(
    rf"{_LEAD}{_ANY} (?:medical history|pmhx?|medical problems|medical conditions|"
    rf"health problems|chronic (?:illness(?:es)?|diseases?|conditions)|history){_END}"
)
_NO_SURGERY = re.compile(rf"{_LEAD}{_ANY} (?:surgery|surgeries|operations?|surgical history){_END}")
_NO_ORGAN = re.compile(
    rf"{_LEAD}{_ANY} (kidney|renal|heart|cardiac|lung|liver|thyroid) (?:disease|problems?|trouble)"
    rf"{_END}"
)
_ORGANS = {
    "kidney": "kidney|renal|nephr",
    "heart": "heart|cardi|coronary|atrial|valv",
    "lung": "lung|pulmon|asthma|copd|bronchi|emphysema",
    "liver": "liver|hepat|cirrhosis",
    "thyroid": "thyro|hashimoto|graves|goit",
}
_SAME_ORGAN = {"renal": "kidney", "cardiac": "heart"}
_SURGICAL = re.compile(r"ectomy|plasty\b|otomy\b|bypass|implantation|replacement|arthroscop|repair")
_FOODS = listed("peanut shellfish egg milk nut fish soy wheat food strawberry sesame tree")
_DRUG_WORDS = listed("contrast vaccine anesthetic antibiotic sulfa medication drug")
_OPEN = frozenset(("active", "recurrence", "relapse", ""))
_DOUBTED = frozenset(("refuted", "provisional", "unconfirmed", "differential"))


def findings(own: Own) -> Iterator[Finding]:
    """Whole lists that are said to be empty, then single things that are said not to be."""
    for pattern, search in _LISTS:
        if hit := pattern.search(own.low):
            kinds = {found for found in hit.groups() if found}
            yield from _against(hit[0].strip(), search(own, kinds), "absence_defeated")
    for hit in _NO_ORGAN.finditer(own.low):
        yield from _against(hit[0].strip(), _of_organ(own, hit[1]), "absence_defeated")
    for denial in denials(own):
        yield from _against(denial.text, _defeating(own, denial), "negation_unsupported")


def _against(said: str, found: Sequence[Fact], rule: str) -> Iterator[Finding]:
    """One finding that names all that defeats what is said."""
    if not found:
        return
    names = tuple(dict.fromkeys(fact.name for fact in found))
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    told = f"Says \u201c{said}\u201d; the chart has {shown}."
    yield finding(rule, told, ref=found[0].handle, draft=said, chart=shown, against=True)


def _allergies(own: Own, kinds: set[str]) -> Sequence[Fact]:
    known = [f for f in own.chart.standing(AllergyFact) if _stands(f)]
    if "food" in kinds:
        return [f for f in known if _FOODS & {stem(w) for w in words(f.name)}]
    if kinds:  # of drugs, medicines
        return [f for f in known if _of_drug(f)]
    return list(known)


def _stands(fact: AllergyFact) -> bool:
    return not fact.none_known and fact.status in _OPEN and fact.verification != "refuted"


def _of_drug(fact: AllergyFact) -> bool:
    said = words(fact.name)
    named = any(mentions(said)) or bool(_DRUG_WORDS & set(said)) or bag(fact.name) in drug_classes()
    return named or fact.category == "medication"


def _drugs(own: Own, kinds: set[str]) -> Sequence[Fact]:
    return [f for f in own.chart.standing(MedicationFact) if f.status == "active"]


def _problems(own: Own, kinds: set[str]) -> Sequence[Fact]:
    return [f for f in own.chart.standing(ConditionFact) if _has(f)]


def _of_organ(own: Own, organ: str) -> Sequence[Fact]:
    telling = re.compile(_ORGANS[_SAME_ORGAN.get(organ, organ)])
    return [f for f in _problems(own, set()) if telling.search(f.name.lower())]


def _has(fact: ConditionFact) -> bool:
    return fact.status in _OPEN and fact.verification not in _DOUBTED


def _operations(own: Own, kinds: set[str]) -> Sequence[Fact]:
    done = (f for f in own.chart.standing(ProcedureFact) if f.status == "completed")
    told = (f for f in own.chart.standing(ConditionFact) if _has(f))
    every: list[ProcedureFact | ConditionFact] = [*done, *told]
    return [f for f in every if _SURGICAL.search(f.name.lower())]


_LISTS = (
    (_NO_ALLERGY, _allergies), (_NO_DRUGS, _drugs), (_NO_HISTORY, _problems),
    (_NO_SURGERY, _operations),
)  # fmt: skip


def _defeating(own: Own, denial: Denial) -> Sequence[Fact]:
    """What the chart has of one thing that is denied."""
    if denial.of == "medication":
        return _still_taken(own, denial.term)
    if denial.of == "allergy":
        known = [f for f in own.chart.standing(AllergyFact) if _stands(f)]
        term = term_of(denial.term, "allergies")
        return [f for f in known if _names(f, term.names) or (term.drugs and term.drugs(f.name))]
    return _suffered(own, denial)


def _still_taken(own: Own, name: str) -> Sequence[Fact]:
    orders = [f for f in own.chart.standing(MedicationFact) if bag(name) in surfaces(f)]
    return [f for f in orders if f.status == "active"]


def _suffered(own: Own, denial: Denial) -> Sequence[Fact]:
    """Problems of this name, or a narrower one; of "never had" those that are over, too."""
    if not denial.ever and set(words(denial.term)) & SYMPTOMS:
        return []  # how somebody is today
    term = term_of(denial.term, "problems")
    exact = frozenset((bag(denial.term),))
    return [
        fact
        for fact in own.chart.standing(ConditionFact)
        if (fact.verification not in _DOUBTED if denial.ever else _has(fact))
        and (denial.ever or fact.category != "encounter-diagnosis")
        and (_names(fact, exact) or (term.known and _holds(fact, term.names)))
    ]


def _names(fact: Fact, names: frozenset[tuple[str, ...]]) -> bool:
    return bool(surfaces(fact) & names)


def _holds(fact: Fact, names: frozenset[tuple[str, ...]]) -> bool:
    given = (fact.name, *(c.display for c in fact.codings))
    return any(set(name) <= set(bag(own)) for own in given for name in names)
