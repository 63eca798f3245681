"""A clinician's own words beside the chart."""

from recommendations.verification.chart import Chart
from recommendations.verification.outcomes import Outcome, Verdict


def verify_text(text: str, chart: Chart) -> Verdict:
    """What of ``text`` the chart contradicts; never a bar to signing."""
    return Verdict(outcome=Outcome.INFERRED)
