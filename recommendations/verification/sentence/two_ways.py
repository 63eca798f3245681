"""What an order says in words and in codes, and not alike, is not told as if it said one thing."""

from recommendations.clinical.facts import MedicationFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DosageClaim, DraftedStatement
from recommendations.verification.holding.dosages import reworded
from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.scanning import Scan

_KINDS = {"dose": "number", "route": "route", "frequency": "frequency", "as_needed": "as_needed"}


def quoting(statement: DraftedStatement, chart: Chart) -> list[Finding] | None:
    """What is wrong with a statement of an order's own words; None for every other statement."""
    claims = [claim for claim in statement.claims if isinstance(claim, DosageClaim)]
    if not claims:
        return None
    fact = chart.fact(claims[0].ref)
    if len(statement.claims) > 1 or not isinstance(fact, MedicationFact):
        words = "What an order says in its own words stands in a statement of its own."
        return [finding("dosage_differs", words, ref=claims[0].ref, draft=statement.text)]
    return reworded(statement.text, claims[0], fact)


def chosen(scan: Scan, binding: Binding) -> list[Finding]:
    """A dose, route or time that was picked where text and coding differ on it."""
    found = []
    for subject in scan.cast.subjects:
        fact = subject.fact
        if not isinstance(fact, MedicationFact) or not fact.differing:
            continue
        kinds = {_KINDS[kind] for kind in fact.differing}
        said = [
            i.text for i in scan.items if i.kind in kinds and subject.index in binding.owners(i)
        ]
        if said:
            both = f"\u201c{fact.dosage_text}\u201d in its text and \u201c{fact.coded}\u201d coded"
            words = f"Says {', '.join(said)}; the order says {both}."
            found.append(
                finding("dosage_differs", words, ref=fact.handle, draft=said[0], against=True)
            )
    return found
