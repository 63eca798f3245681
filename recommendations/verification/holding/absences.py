"""That something is not there: only where everything was read that would show it."""

from recommendations.clinical.facts import FactBase
from recommendations.verification.chart import Chart
from recommendations.verification.claims import AbsenceClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding


def absence(claim: AbsenceClaim, chart: Chart) -> list[Finding]:
    """An absence as claimed."""
    if not chart.complete(claim.searched):
        words = f"Not all of {claim.searched.replace('_', ' ')} was read, so absence is not known."
        return [finding("absence_unread", words, draft=claim.term)]
    for fact in chart.standing(FactBase):
        if claim.term.lower() in fact.name.lower():
            words = f"Says there is no {claim.term}; the chart has \u201c{fact.name}\u201d."
            return [finding("absence_defeated", words, ref=fact.handle, against=True)]
    return []
