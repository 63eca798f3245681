"""All findings of a text in somebody's own words, and what they come to."""

import logging

from recommendations.verification.chart import Chart
from recommendations.verification.outcomes import Finding, Outcome, Verdict
from recommendations.verification.own_words import (
    absences,
    amounts,
    courses,
    people,
    reactions,
    sides,
    states,
    times,
    values,
)
from recommendations.verification.own_words.reading import Own, sentences, unquoted

logger = logging.getLogger(__name__)
_KINDS = (
    absences.findings, states.findings, sides.findings, times.findings, values.findings,
    courses.findings, people.findings, reactions.findings,
    amounts.findings,
)  # fmt: skip


def verify_text(text: str, chart: Chart) -> Verdict:
    """What of ``text`` the chart says otherwise.

    *checked* where something was compared and agrees, *inferred* where nothing could be compared,
    *contradicted* and *not found* with their findings. Never raises: words that cannot be examined
    get no finding, since they are the clinician's own.
    """
    findings: list[Finding] = []
    agreed: set[str] = set()
    text = unquoted(text, chart)
    for sentence in sentences(text):
        found, held = _examined(sentence, chart, whole=text)
        findings += found
        agreed |= held
    agreed -= {f.ref for f in findings}
    outcome, refs = _outcome(findings, agreed), tuple(sorted(agreed))
    return Verdict(outcome=outcome, findings=tuple(findings), refs=refs)


def _examined(sentence: str, chart: Chart, *, whole: str) -> tuple[list[Finding], set[str]]:
    try:
        own = Own(sentence, chart, whole=whole)
        found = [each for kind in _KINDS for each in kind(own)]
    except Exception as error:  # its message may quote the chart, so only its kind is logged
        logger.error("own_words_not_examined", extra={"error": type(error).__name__})  # noqa: TRY400
        return [], set()
    return _once(found), own.agreed


def _once(found: list[Finding]) -> list[Finding]:
    """One finding for each fact and word: two rules may see the same."""
    kept: dict[tuple[str, str], Finding] = {}
    for each in found:
        kept.setdefault((each.ref, each.draft_says if not each.ref else ""), each)
    return list(kept.values())


def _outcome(findings: list[Finding], agreed: set[str]) -> Outcome:
    if any(f.contradicts for f in findings):
        return Outcome.CONTRADICTED
    if findings:
        return Outcome.NOT_FOUND
    return Outcome.CHECKED if agreed else Outcome.INFERRED
