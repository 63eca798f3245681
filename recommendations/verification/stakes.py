"""Which statements deserve a second look even where they hold."""

from collections.abc import Iterator

from recommendations.clinical.facts import AllergyFact, ConditionFact, FactBase, ObservationFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import (
    AbsenceClaim,
    AdministrationClaim,
    AllergyClaim,
    Claim,
    ConditionClaim,
    DosageClaim,
    DraftedStatement,
    EventClaim,
    MedicationClaim,
)
from recommendations.verification.holding import refs_of

_CRITICAL = frozenset(("HH", "LL", "AA"))  # as the laboratory marks them
_DENYING = frozenset(("not-done", "refuted"))


def high_stakes(statement: DraftedStatement, chart: Chart) -> tuple[str, ...]:
    """What of a statement could do harm if it were wrong, each kind once."""
    return tuple(dict.fromkeys(tag for c in statement.claims for tag in _of(c, chart)))


def _of(claim: Claim, chart: Chart) -> Iterator[str]:
    facts = [fact for ref in refs_of(claim) if (fact := chart.fact(ref))]
    if isinstance(claim, MedicationClaim):
        yield "dose" if claim.dose or claim.frequency else "medication"
    if isinstance(claim, AdministrationClaim):
        yield "dose"
    if isinstance(claim, DosageClaim):
        yield "conflict" if claim.coded or any(getattr(f, "coded", "") for f in facts) else "dose"
    if any(isinstance(f, ObservationFact) and f.interpretation in _CRITICAL for f in facts):
        yield "critical"
    if isinstance(claim, AllergyClaim) or getattr(claim, "searched", "") == "allergies":
        yield "allergy"
    if isinstance(claim, AbsenceClaim) or any(_denies(fact) for fact in facts):
        yield "negation"
    if getattr(claim, "laterality", "") or any(getattr(f, "laterality", "") for f in facts):
        yield "laterality"
    if isinstance(claim, ConditionClaim) and any(isinstance(f, ConditionFact) for f in facts):
        yield "diagnosis"
    if isinstance(claim, EventClaim) and claim.status.lower() in {"not-done", "not given"}:
        yield "negation"


def _denies(fact: FactBase) -> bool:
    known = isinstance(fact, AllergyFact) and fact.none_known
    return known or fact.status in _DENYING or getattr(fact, "verification", "") in _DENYING
