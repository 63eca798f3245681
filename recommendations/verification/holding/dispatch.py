"""Which check goes with which claim."""

from collections.abc import Callable
from typing import Any

from recommendations.clinical.facts import (
    AdministrationFact,
    AllergyFact,
    AppointmentFact,
    CarePlanFact,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    FactBase,
    FamilyHistoryFact,
    ImmunizationFact,
    MedicationFact,
    NoteFact,
    ObservationFact,
    ProcedureFact,
    ReferralFact,
    ReportFact,
)
from recommendations.verification.chart import Chart, withdrawn
from recommendations.verification.claims import (
    AbsenceClaim,
    Claim,
    CountClaim,
    InferenceClaim,
    TrendClaim,
)
from recommendations.verification.holding import (
    absences,
    administrations,
    allergies,
    conditions,
    dosages,
    events,
    medications,
    notes,
    numbers,
    observations,
    people,
    trends,
)
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding

Check = Callable[[Any, Any, Chart], list[Finding]]
_EVENTS = (
    EncounterFact, AppointmentFact, ImmunizationFact, CarePlanFact, ProcedureFact,
    ReportFact, ReferralFact,
)  # fmt: skip
_ONE: dict[str, tuple[tuple[type[FactBase], ...], Check]] = {
    "observation": ((ObservationFact,), observations.result),
    "blood_pressure": ((ObservationFact,), observations.pressure),
    "medication": ((MedicationFact,), medications.medication),
    "dosage": ((MedicationFact,), dosages.dosage),
    "administration": ((AdministrationFact,), administrations.administration),
    "condition": ((ConditionFact,), conditions.condition),
    "allergy": ((AllergyFact,), allergies.allergy),
    "family_history": ((FamilyHistoryFact,), people.relative),
    "event": (_EVENTS, events.event),
    "demographics": ((DemographicsFact,), people.patient),
    "note": ((NoteFact, ReferralFact), notes.quotation),
}


def refs_of(claim: Claim) -> tuple[str, ...]:
    """Every handle that a claim cites."""
    if isinstance(claim, TrendClaim):
        return (claim.from_ref, claim.to_ref)
    if isinstance(claim, CountClaim | InferenceClaim):
        return claim.refs
    return () if isinstance(claim, AbsenceClaim) else (claim.ref,)


def hold(claim: Claim, chart: Chart) -> list[Finding]:
    """What of a claim does not hold; the surest questions first, and none after a failed one."""
    cited = _cited(claim, chart)
    if cited:
        return cited
    match claim:
        case TrendClaim():
            return trends.trend(claim, chart)
        case CountClaim():
            return numbers.count(claim, chart)
        case AbsenceClaim():
            return absences.absence(claim, chart)
        case InferenceClaim():
            return []
        case _:
            return _of_one(claim, claim.ref, chart)


def _of_one(claim: Claim, ref: str, chart: Chart) -> list[Finding]:
    kinds, check = _ONE[claim.kind]
    fact = chart.fact(ref)
    return check(claim, fact, chart) if isinstance(fact, kinds) else [_wrong_kind(claim, ref)]


def _cited(claim: Claim, chart: Chart) -> list[Finding]:
    found: list[Finding] = []
    for ref in refs_of(claim):
        fact = chart.fact(ref)
        if fact is None:
            # A handle means nothing to a clinician: it stays in the finding's own field.
            words = "Cites a source that was not read for this draft."
            found.append(finding("not_read", words, ref=ref))
        elif withdrawn(fact):
            words = f"\u201c{fact.name}\u201d is marked as entered in error in the chart."
            found.append(
                finding("entered_in_error", words, ref=ref, chart="entered in error", against=True)
            )
        elif isinstance(claim, TrendClaim) and not isinstance(fact, ObservationFact):
            found.append(_wrong_kind(claim, ref))
    return found


def _wrong_kind(claim: Claim, ref: str) -> Finding:
    kind = claim.kind.replace("_", " ")
    return finding("wrong_kind", f"Speaks of a {kind}, but what it cites is none.", ref=ref)
