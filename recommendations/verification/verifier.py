"""One statement held against one chart."""

import logging

from recommendations.clinical.facts import MedicationFact, ObservationFact, Source
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, InferenceClaim, MedicationClaim
from recommendations.verification.copied import cautions
from recommendations.verification.holding import hold, refs_of
from recommendations.verification.orders import order_findings
from recommendations.verification.outcomes import Finding, Outcome, Verdict
from recommendations.verification.rules import finding
from recommendations.verification.sentence import sentence_findings
from recommendations.verification.showable import unfit
from recommendations.verification.stakes import high_stakes

logger = logging.getLogger(__name__)


def verify(statement: DraftedStatement, chart: Chart) -> Verdict:
    """Say whether ``statement`` follows from what it cites.

    Never raises: what cannot be examined is not found, so that nothing passes by a fault.
    """
    try:
        return examine(statement, chart)
    except Exception as error:  # its message may quote the chart, so only its kind is logged
        logger.error("statement_not_examined", extra={"error": type(error).__name__})  # noqa: TRY400
        failed = finding("not_examined", "This statement could not be examined.")
        return Verdict(outcome=Outcome.NOT_FOUND, findings=(failed,))


def examine(statement: DraftedStatement, chart: Chart) -> Verdict:
    """The verdict; claims first, and the sentence only where they hold."""
    held = [(claim, hold(claim, chart)) for claim in statement.claims]
    findings = [*_not_plain(statement), *order_findings(statement, chart)]
    findings += [f for _, found in held for f in found]
    findings = findings or sentence_findings(statement, chart)
    refs = (ref for claim, found in held if not found for ref in refs_of(claim))
    return Verdict(
        outcome=_outcome(statement, findings),
        findings=tuple(findings),
        cautions=() if findings else cautions(statement, chart),
        refs=tuple(dict.fromkeys(refs)),
        high_stakes=high_stakes(statement, chart),
    )


def _not_plain(statement: DraftedStatement) -> list[Finding]:
    if unfit(statement.text) in {"", "hidden"}:  # what is hidden has a rule of its own
        return []
    return [finding("not_plain", "Holds a link, markup, code, or a number like a person's.")]


def warm_up() -> None:
    """Read the tables that the first statement of a process would have to wait for."""
    source = Source(resource_type="MedicationRequest", resource_id="none", version="")
    order = MedicationFact(handle="med1", source=source, name="Metformin 500 mg", status="active")
    result = ObservationFact(handle="lab1", source=source, name="Potassium", category="laboratory")
    claim = MedicationClaim(ref="med1", name="Metformin 500 mg", status="active")
    said = DraftedStatement(section="none", text="Metformin 500 mg, active.", claims=(claim,))
    verify(said, Chart([order, result], searched={}))


def _outcome(statement: DraftedStatement, findings: list[Finding]) -> Outcome:
    if any(f.contradicts for f in findings):
        return Outcome.CONTRADICTED
    if findings:
        return Outcome.NOT_FOUND
    inferred = any(isinstance(claim, InferenceClaim) for claim in statement.claims)
    return Outcome.INFERRED if inferred else Outcome.CHECKED
