"""Set phrases of a stay in hospital and of what is not final."""

from recommendations.agent.offline.phrases import Said, say
from recommendations.agent.offline.words import day, iso, on
from recommendations.clinical.facts import EncounterFact, ObservationFact, ReportFact
from recommendations.verification.claims import AbsenceClaim, EventClaim, ObservationClaim


def stay(section: str, fact: EncounterFact) -> Said:
    """ "Hospital admission from 21 Oct 2026 to 27 Oct 2026, reason: Heart failure." """
    if fact.start is None:
        return None
    claim = EventClaim(
        ref=fact.handle, name=fact.name, when=iso(fact.start), reason=fact.reason[:300]
    )
    days = f"from {day(fact.start)} to {day(fact.end)}" if fact.end else f"since {day(fact.start)}"
    why = f", reason: {claim.reason}" if claim.reason else ""
    return say(section, f"{fact.name} {days}{why}", claim)


def awaited(section: str, fact: ObservationFact) -> Said:
    """ "Blood culture on 12 Nov 2026: registered.", without a value that may yet change."""
    claim = ObservationClaim(ref=fact.handle, name=fact.name, when=iso(fact.effective))
    return say(section, f"{fact.name}{on(fact.effective)}, {fact.status}", claim)


def report(section: str, fact: ReportFact) -> Said:
    """ "Report: Blood culture on 12 Nov 2026, partial." """
    claim = EventClaim(
        ref=fact.handle, name=fact.name, when=iso(fact.effective), status=fact.status
    )
    lead = "" if "report" in fact.name.lower() else "Report: "
    return say(section, f"{lead}{fact.name}{on(fact.effective)}, {fact.status}", claim)


def none_pending(section: str) -> Said:
    """That no laboratory result is pending."""
    claim = AbsenceClaim(term="pending results", searched="pending_results")
    text = "No pending results were found among the recorded laboratory results and reports"
    return say(section, text, claim)
