"""Visits, appointments, immunizations, procedures, care plans, reports, referrals."""

from recommendations.clinical.facts import (
    AppointmentFact,
    CarePlanFact,
    EncounterFact,
    ImmunizationFact,
    PartialDate,
    ProcedureFact,
    ReferralFact,
    ReportFact,
)
from recommendations.clinical.reasons import BETWEEN
from recommendations.verification.chart import Chart
from recommendations.verification.claims import EventClaim
from recommendations.verification.dates import agrees, shown
from recommendations.verification.naming import named_differently
from recommendations.verification.naming.surfaces import condition_names
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import bag
from recommendations.verification.rules import differs, unstated
from recommendations.verification.statuses import same_status

Event = (
    EncounterFact
    | AppointmentFact
    | ImmunizationFact
    | CarePlanFact
    | ProcedureFact
    | ReportFact
    | ReferralFact
)
_WITH_REASON = (EncounterFact, AppointmentFact, ReferralFact)


def event(claim: EventClaim, fact: Event, chart: Chart) -> list[Finding]:
    """An event as claimed."""
    return [
        *named_differently(claim.name, fact),
        *_when(claim.when, fact),
        *_status(claim.status, fact),
        *_side(claim.laterality, fact),
        *_reason(claim.reason, fact),
    ]


def when_of(fact: Event) -> PartialDate | None:
    """When it was, is, or began."""
    if isinstance(fact, ImmunizationFact):
        return fact.occurred
    if isinstance(fact, ReportFact):
        return fact.effective
    if isinstance(fact, ReferralFact):
        return fact.authored
    return fact.performed if isinstance(fact, ProcedureFact) else fact.start


def _when(said: str, fact: Event) -> list[Finding]:
    recorded = when_of(fact)
    if not said or agrees(said[:10], recorded):
        return []
    if recorded is None:
        return [unstated("date_differs", shown(said), fact.handle, "date")]
    return [differs("date_differs", shown(said), shown(recorded), fact.handle)]


def _status(said: str, fact: Event) -> list[Finding]:
    if not said or same_status(said, fact.status):
        return []
    if not fact.status:
        return [unstated("status_differs", said, fact.handle, "status")]
    return [differs("status_differs", said, fact.status, fact.handle)]


def _side(said: str, fact: Event) -> list[Finding]:
    recorded = fact.laterality if isinstance(fact, ProcedureFact) else ""
    if not said or said == recorded:
        return []
    if not recorded:
        return [unstated("laterality_differs", said, fact.handle, "side")]
    return [differs("laterality_differs", said, recorded, fact.handle)]


def _reason(said: str, fact: Event) -> list[Finding]:
    recorded = fact.reason if isinstance(fact, _WITH_REASON) else ""
    # One of several is said truly: a visit has each of its reasons.
    each = (recorded, *recorded.split(BETWEEN))
    if not said or any(bag(said) in condition_names(reason) for reason in each):
        return []
    if not recorded:
        return [unstated("reason_differs", said, fact.handle, "reason")]
    return [differs("reason_differs", said, recorded, fact.handle)]
