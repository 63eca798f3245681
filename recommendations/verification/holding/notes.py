"""Quotations from notes: word for word, and whole."""

from recommendations.clinical.facts import NoteFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import NoteClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import flat
from recommendations.verification.rules import finding


def quotation(claim: NoteClaim, fact: NoteFact, chart: Chart) -> list[Finding]:
    """A quotation as claimed."""
    if fact.superseded:
        words = f"\u201c{fact.name}\u201d was replaced by a later version."
        return [finding("note_superseded", words, ref=fact.handle)]
    if flat(claim.quote) not in flat(fact.text):
        words = "The quoted words do not stand in that note."
        return [finding("quote_differs", words, ref=fact.handle, draft=claim.quote)]
    return []
