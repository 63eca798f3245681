"""Counts: how many facts of a kind were read."""

from recommendations.verification.chart import Chart
from recommendations.verification.claims import CountClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding


def count(claim: CountClaim, chart: Chart) -> list[Finding]:
    """A count as claimed: each fact once."""
    if claim.number == len(set(claim.refs)):
        return []
    words = f"Says {claim.number}; it cites {len(set(claim.refs))}."
    return [finding("count_differs", words, draft=str(claim.number))]
