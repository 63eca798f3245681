"""Doses given and not given, each in a sentence that verification words."""

from recommendations.agent.offline.phrases import Said, say
from recommendations.agent.offline.words import drug, iso
from recommendations.clinical.facts import AdministrationFact
from recommendations.verification.claims import AdministrationClaim
from recommendations.verification.holding import administrations


def administration(section: str, fact: AdministrationFact) -> Said:
    """ "Furosemide, 40 mg intravenous, given on 14 Nov 2026 at 08:00." """
    name, dose = drug(fact)
    claim = AdministrationClaim(
        ref=fact.handle,
        name=name,
        dose=dose,
        route=fact.route,
        when=iso(fact.start),
        status=fact.status,
        reason=fact.reason,
    )
    return say(section, administrations.sentence(claim, fact), claim)
