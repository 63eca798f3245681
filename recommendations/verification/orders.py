"""Nothing that a chart says to software is said again as if it were of the patient.

A note that gives orders to software was tampered with, or not written by who signed it: none of it
is quoted. Of other entries (a comment, a title) the passage alone is barred: an allergy is no less
one because somebody wrote an order beside it.
"""

from collections.abc import Iterator

from recommendations.clinical.facts import NoteFact
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, NoteClaim
from recommendations.verification.outcomes import Finding
from recommendations.verification.plain import words
from recommendations.verification.rules import finding

_RUN = 5  # words in a row that are not in both by chance


def order_findings(statement: DraftedStatement, chart: Chart) -> list[Finding]:
    """What ``statement`` takes over of passages that are addressed to software."""
    if not chart.orders:
        return []
    found = (*_quoted(statement, chart), *_dosed(statement, chart), *_repeated(statement, chart))
    return list(dict.fromkeys(found))


def _quoted(statement: DraftedStatement, chart: Chart) -> Iterator[Finding]:
    tampered = {handle for handle, _ in chart.orders}
    for claim in statement.claims:
        fact = chart.fact(claim.ref) if isinstance(claim, NoteClaim) else None
        if isinstance(fact, NoteFact) and fact.handle in tampered:
            said = "The note contains text addressed to software; nothing of it is quoted."
            yield finding("order_repeated", said, ref=fact.handle)


def _dosed(statement: DraftedStatement, chart: Chart) -> Iterator[Finding]:
    """Doses of an order whose own text gives orders to software: perhaps they were read there."""
    for claim in statement.claims:
        fact = chart.fact(getattr(claim, "ref", ""))
        written = getattr(fact, "dosage_text", "")
        told = any(getattr(claim, name, "") for name in ("dose", "frequency", "route"))
        if written and (told or claim.kind == "dosage"):
            for handle, passage in chart.orders:
                if fact is not None and handle == fact.handle and passage and passage in written:
                    said = "The order's text is addressed to software; no dose of it is told."
                    yield finding("order_repeated", said, ref=handle)


def _repeated(statement: DraftedStatement, chart: Chart) -> Iterator[Finding]:
    told = [words(statement.text), *(words(text) for text in _claimed(statement))]
    for handle, passage in chart.orders:
        sought = words(passage)
        run = min(_RUN, len(sought))
        parts = {tuple(sought[at : at + run]) for at in range(len(sought) - run + 1)}
        if run and any(tuple(w[at : at + run]) in parts for w in told for at in range(len(w))):
            said = "Repeats text in the chart that is addressed to software."
            yield finding("order_repeated", said, ref=handle)


def _claimed(statement: DraftedStatement) -> Iterator[str]:
    for claim in statement.claims:
        yield from (v for v in claim.model_dump().values() if isinstance(v, str) and " " in v)
