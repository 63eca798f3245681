"""Which facts a statement is about."""

from recommendations.verification.chart import Chart
from recommendations.verification.claims import (
    AbsenceClaim,
    CountClaim,
    DraftedStatement,
    InferenceClaim,
)
from recommendations.verification.holding import refs_of
from recommendations.verification.sentence.items import Cast, Subject


def cast_of(statement: DraftedStatement, chart: Chart) -> Cast:
    """The facts that the claims cite, each once, and what is no fact."""
    handles = dict.fromkeys(ref for claim in statement.claims for ref in refs_of(claim))
    facts = [fact for handle in handles if (fact := chart.fact(handle)) is not None]
    claims = statement.claims
    return Cast(
        subjects=tuple(Subject(index, fact) for index, fact in enumerate(facts)),
        absences=tuple(c for c in claims if isinstance(c, AbsenceClaim)),
        counts=tuple(c for c in claims if isinstance(c, CountClaim)),
        inferred=any(isinstance(c, InferenceClaim) for c in claims),
    )
