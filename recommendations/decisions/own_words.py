"""What verification says of a clinician's own words, and that they mean them all the same.

A contradiction bars nothing for good: a clinician may know more than the chart. But it is shown
beside the chart's entry first, and approving it takes a word that it was seen, which is recorded.
"""

from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.texts import sha256
from recommendations.models import Draft
from recommendations.verification import Chart, verify_text
from recommendations.verification.outcomes import Finding, Verdict

# The reason of a decision whose words the chart gainsays, and whose clinician saw that.
SEEN = "chart_seen_otherwise"


def chart_of(draft: Draft) -> Chart | None:
    """The index of all that the draft read; nothing where its reading was not kept."""
    if draft.reading_sealed is None:
        return None
    return Chart.of(ReadingSnapshot.model_validate(draft.reading))


def check(text: str, chart: Chart | None) -> Verdict | None:
    """Hold own words against the chart as the draft read it."""
    return verify_text(text, chart) if chart is not None else None


def against(verdict: Verdict | None) -> tuple[Finding, ...]:
    """What the chart says otherwise."""
    return tuple(f for f in verdict.findings if f.contradicts) if verdict else ()


def seen_of(text: str, findings: tuple[Finding, ...]) -> str:
    """The fingerprint of words and of all that stands against them; empty where nothing does."""
    if not findings:
        return ""
    sides = (f"{f.rule}|{f.ref}|{f.draft_says}|{f.chart_says}" for f in findings)
    return sha256("\n".join([text, *sides]))


def refuse_unless_seen(text: str, findings: tuple[Finding, ...], seen: str) -> None:
    """Refuse words that the chart gainsays, unless just this was shown and is meant.

    Raises :class:`DecisionRefused`.
    """
    if seen_of(text, findings) not in {"", seen}:
        raise DecisionRefused("chart_otherwise")
