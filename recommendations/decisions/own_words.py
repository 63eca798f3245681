"""What verification says of a clinician's own words. Advice beside them, never a bar to signing."""

from recommendations.clinical.results import ReadingSnapshot
from recommendations.models import Draft
from recommendations.verification import Chart, verify_text
from recommendations.verification.outcomes import Verdict


def chart_of(draft: Draft) -> Chart | None:
    """The index of all that the draft read; nothing where its reading was not kept."""
    if draft.reading_sealed is None:
        return None
    return Chart.of(ReadingSnapshot.model_validate(draft.reading))


def check(text: str, chart: Chart | None) -> Verdict | None:
    """Hold own words against the chart as the draft read it."""
    return verify_text(text, chart) if chart is not None else None
