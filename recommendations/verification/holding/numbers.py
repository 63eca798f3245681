"""Counts: how many facts of a kind, or of a name, were read."""

from collections.abc import Sequence

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    EncounterFact,
    FactBase,
    MedicationFact,
    ObservationFact,
)
from recommendations.verification.chart import Chart
from recommendations.verification.claims import CountClaim
from recommendations.verification.dates import date_of
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import Bag, bagged, listed, words
from recommendations.verification.rules import differs, finding

_CURRENT = frozenset(("active", "on-hold", "recurrence", "relapse", "booked"))
_KIND_WORDS: dict[str, frozenset[str]] = {
    "allergy": frozenset(("allergy", "allergie", "allergies", "intolerance")),
    "medication": frozenset(("medication", "medicine", "drug", "order", "prescription")),
    "condition": frozenset(("problem", "condition", "diagnosis", "diagnose", "diagnoses")),
    "encounter": frozenset(("visit", "encounter", "stay", "admission")),
    "appointment": frozenset(("appointment", "visit")),
    "immunization": frozenset(("immunization", "vaccine", "vaccination")),
    "procedure": frozenset(("procedure", "surgery")),
    "note": frozenset(("note",)),
    "observation": frozenset(("result", "value", "reading", "measurement", "lab")),
    "care_plan": frozenset(("plan",)),
    "administration": frozenset(("dose", "administration")),
    "referral": frozenset(("referral", "order", "request")),
}
_FILLING = listed(
    "active current recorded care clinical of the known drug medical on list lab laboratory test "
    "result value reading measurement entry entrie item row listed there as needed prn to be "
    "used taken given administered for with"
)


_PROBLEMS = frozenset(("problem", "problems"))


def count(claim: CountClaim, chart: Chart) -> list[Finding]:
    """A count as claimed: each fact once, and none of them left out."""
    facts = [fact for ref in dict.fromkeys(claim.refs) if (fact := chart.fact(ref))]
    if not facts or len({type(fact) for fact in facts}) > 1:
        return [finding("count_differs", "Counts things of different kinds.", draft=claim.what)]
    if claim.number != len(facts):
        said = f"Says {claim.number}; it cites {len(facts)}."
        return [finding("count_differs", said, draft=str(claim.number), chart=str(len(facts)))]
    everyone = _all_alike(claim, facts, chart)
    if everyone is None:
        said = f"\u201c{claim.what}\u201d is not what all that it cites is called."
        return [finding("count_unscoped", said, draft=claim.what)]
    if len(everyone) != claim.number:
        missed = next(f for f in (*everyone, *facts) if f not in facts or f not in everyone)
        return [differs("count_differs", str(claim.number), str(len(everyone)), missed.handle)]
    return []


def _all_alike(claim: CountClaim, facts: Sequence[FactBase], chart: Chart) -> list[FactBase] | None:
    """Every fact in the chart that the claim counts; None where it does not say what it counts."""
    said = bagged(words(claim.what))
    kind = str(getattr(facts[0], "kind", ""))
    others = [f for f in chart.standing(type(facts[0])) if _counts(f, claim, facts[0])]
    if set(words(claim.what)) & _PROBLEMS and all(map(_listed, facts)):
        others = [f for f in others if _listed(f)]
    if set(said) - _FILLING <= _KIND_WORDS.get(kind, frozenset()) and set(said) & (
        _KIND_WORDS.get(kind, frozenset()) | _FILLING
    ):
        return others
    filling = _FILLING - {"drug"} | ({"not"} if kind == "administration" else set())
    core = tuple(w for w in said if w not in filling) or said
    bare = tuple(w for w in core if w not in _KIND_WORDS.get(kind, frozenset()))
    plain = tuple(w for w in said if w not in {*_KIND_WORDS.get(kind, ()), "for", "with"})
    named = [f for f in others if {core, bare, said, plain} & _names(f)]
    return named if set(map(id, facts)) <= set(map(id, named)) else None


def _names(fact: FactBase) -> frozenset[Bag]:
    """What a fact is called, and what a visit is for."""
    reason = getattr(fact, "reason", "") if isinstance(fact, EncounterFact) else ""
    return surfaces(fact) | (condition_names(reason) if reason else frozenset())


def _listed(fact: FactBase) -> bool:
    """Whether it stands on the problem list, as a diagnosis of one visit does not."""
    return getattr(fact, "category", "") != "encounter-diagnosis"


def _counts(fact: FactBase, claim: CountClaim, like: FactBase) -> bool:
    if isinstance(fact, AllergyFact) and (fact.none_known or fact.verification == "refuted"):
        return False
    said = set(words(claim.what))
    if isinstance(fact, MedicationFact) and said & {"needed", "prn"} and not fact.as_needed:
        return False
    if isinstance(fact, AdministrationFact) and fact.status != (
        "not-done" if "not" in said else "completed"
    ):
        return False
    if isinstance(fact, ObservationFact) and fact.category != getattr(like, "category", ""):
        return False
    if {"active", "current"} & said and fact.status not in _CURRENT:
        return False
    when = date_of(fact, "")
    day = when.day if when else ""
    after = not claim.since or (bool(day) and day >= claim.since[: len(day)])
    return after and (not claim.until or (bool(day) and day[: len(claim.until)] <= claim.until))
