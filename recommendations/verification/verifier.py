"""One statement held against one chart."""

import re

from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement, InferenceClaim
from recommendations.verification.holding import hold, refs_of
from recommendations.verification.outcomes import Finding, Outcome, Verdict
from recommendations.verification.rules import finding

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def verify(statement: DraftedStatement, chart: Chart) -> Verdict:
    """Say whether ``statement`` follows from what it cites; never raises."""
    findings = [f for claim in statement.claims for f in hold(claim, chart)]
    findings = findings or _numbers(statement, chart)
    refs = tuple(dict.fromkeys(ref for c in statement.claims for ref in refs_of(c)))
    return Verdict(outcome=_outcome(statement, findings), findings=tuple(findings), refs=refs)


def _outcome(statement: DraftedStatement, findings: list[Finding]) -> Outcome:
    if any(f.contradicts for f in findings):
        return Outcome.CONTRADICTED
    if findings:
        return Outcome.NOT_FOUND
    inferred = any(isinstance(claim, InferenceClaim) for claim in statement.claims)
    return Outcome.INFERRED if inferred else Outcome.CHECKED


def _numbers(statement: DraftedStatement, chart: Chart) -> list[Finding]:
    facts = [chart.fact(ref) for claim in statement.claims for ref in refs_of(claim)]
    known = " ".join(str(f.model_dump(mode="json")) for f in facts if f)
    known += str([claim.model_dump(mode="json") for claim in statement.claims])
    numbers = set(_NUMBER.findall(known)) | {n.lstrip("0") for n in _NUMBER.findall(known)}
    loose = [n for n in _NUMBER.findall(statement.text) if n not in numbers]
    words = "The sentence says {}, which nothing it cites says."
    return [finding("number_unsupported", words.format(n), draft=n) for n in loose]
