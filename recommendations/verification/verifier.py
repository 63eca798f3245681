"""One statement held against one chart."""

from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, InferenceClaim
from recommendations.verification.holding import hold, refs_of
from recommendations.verification.outcomes import Finding, Outcome, Verdict
from recommendations.verification.sentence import sentence_findings


def verify(statement: DraftedStatement, chart: Chart) -> Verdict:
    """Say whether ``statement`` follows from what it cites; never raises."""
    findings = [f for claim in statement.claims for f in hold(claim, chart)]
    findings = findings or sentence_findings(statement, chart)
    refs = tuple(dict.fromkeys(ref for c in statement.claims for ref in refs_of(c)))
    return Verdict(outcome=_outcome(statement, findings), findings=tuple(findings), refs=refs)


def _outcome(statement: DraftedStatement, findings: list[Finding]) -> Outcome:
    if any(f.contradicts for f in findings):
        return Outcome.CONTRADICTED
    if findings:
        return Outcome.NOT_FOUND
    inferred = any(isinstance(claim, InferenceClaim) for claim in statement.claims)
    return Outcome.INFERRED if inferred else Outcome.CHECKED
