"""A statement's sentence made anew from its claims."""

from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement


def reword(statement: DraftedStatement, chart: Chart) -> str | None:
    """The sentence that the claims support, or nothing where they do not hold."""
    return None
