"""Allergies: substance, reaction, criticality; and that none is known."""

from recommendations.clinical.facts import AllergyFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import AllergyClaim
from recommendations.verification.naming import named_differently
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bag
from recommendations.verification.rules import differs, finding, unstated


def allergy(claim: AllergyClaim, fact: AllergyFact, chart: Chart) -> list[Finding]:
    """An allergy as claimed."""
    return [
        *named_differently(claim.substance, fact),
        *_reaction(claim.reaction, fact),
        *_criticality(claim.criticality, fact),
        *_none_known(fact, chart),
    ]


def _reaction(said: str, fact: AllergyFact) -> list[Finding]:
    recorded = [r.manifestation for r in fact.reactions]
    if not said or bag(said) in {n for found in recorded for n in condition_names(found)}:
        return []
    if not recorded:
        return [unstated("reaction_differs", said, fact.handle, "reaction")]
    return [differs("reaction_differs", said, ", ".join(recorded), fact.handle)]


def _criticality(said: str, fact: AllergyFact) -> list[Finding]:
    if not said or said.lower() == fact.criticality:
        return []
    if not fact.criticality:
        return [unstated("criticality_differs", said, fact.handle, "criticality")]
    return [differs("criticality_differs", said, fact.criticality, fact.handle)]


def _none_known(fact: AllergyFact, chart: Chart) -> list[Finding]:
    """A row \u201cno known allergies\u201d left beside an allergy says nothing true."""
    if not fact.none_known:
        return []
    for other in chart.standing(AllergyFact):
        if not other.none_known and other.verification != "refuted" and _current(other):
            said = f"Says \u201c{fact.name}\u201d, but an allergy is recorded: {other.name}."
            return [
                finding("absence_defeated", said, ref=other.handle, chart=other.name, against=True)
            ]
    return []


def _current(fact: AllergyFact) -> bool:
    return fact.status not in {"resolved", "inactive"}
