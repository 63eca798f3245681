"""Each rule on statements that break it; the page about the rules against the rules."""

import re
from pathlib import Path

import pytest

from recommendations.verification import Chart, verify
from recommendations.verification.outcomes import Outcome
from recommendations.verification.rules import RULES
from tests.recommendations.verification.broken import BROKEN
from tests.recommendations.verification.build import said
from tests.recommendations.verification.facts import snapshot

PAGE = Path(__file__).resolve().parents[3] / "docs" / "verification.md"
CASES = [(rule, text, claims) for rule, cases in BROKEN.items() for text, claims in cases]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(("rule", "text", "claims"), CASES, ids=[f"{r}-{t}" for r, t, _ in CASES])
def test_a_statement_that_breaks_a_rule_is_told_so(
    chart: Chart, rule: str, text: str, claims: list[dict[str, object]]
) -> None:
    verdict = verify(said(text, *claims), chart)
    assert rule in {finding.rule for finding in verdict.findings}
    assert not verdict.outcome.signable


def test_every_rule_has_a_statement_that_breaks_it() -> None:
    # "not_examined" is what a fault of ours ends in, "order_repeated" needs a chart that gives
    # orders, "given_unsaid" one of a ward (test_administrations): each has its own test.
    # "copied_forward" breaks nothing: it is a caution.
    apart = {"not_examined", "order_repeated", "given_unsaid", "copied_forward"}
    assert set(RULES) - apart == set(BROKEN)


def test_the_page_names_every_rule_with_its_words() -> None:
    listed = dict(
        re.findall(r"^\| `(\w+)` \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert listed == RULES


def test_every_finding_is_a_sentence_for_a_clinician(chart: Chart) -> None:
    for _, text, claims in CASES:
        for finding in verify(said(text, *claims), chart).findings:
            assert finding.words.endswith(".")
            assert "_" not in finding.words.replace("_m2", "")
            assert finding.contradicts or not finding.chart_says or finding.rule in RULES


def test_a_handle_that_was_not_read_stays_out_of_the_words(chart: Chart) -> None:
    finding = verify(said(*_first("not_read")), chart).findings[0]
    assert finding.words == "Cites a source that was not read for this draft."
    assert finding.ref == "lab98"


def test_a_contradiction_names_the_fact_that_contradicts(chart: Chart) -> None:
    verdict = verify(said(*_first("value_differs")), chart)
    assert verdict.outcome is Outcome.CONTRADICTED
    finding = verdict.findings[0]
    assert (finding.ref, finding.draft_says) == ("lab1", "5.8 mmol/L")
    assert finding.chart_says == "5.9 mmol/L"
    assert finding.words == "Says 5.8 mmol/L; the chart says 5.9 mmol/L (17 Nov 2026)."


def test_what_the_chart_is_silent_on_is_not_found(chart: Chart) -> None:
    assert verify(said(*_first("condition_uncited")), chart).outcome is Outcome.NOT_FOUND


def test_only_claims_that_hold_are_cited(chart: Chart) -> None:
    text, claims = BROKEN["value_differs"][0]
    good = {"kind": "observation", "ref": "lab11", "name": "Sodium", "value": "138"}
    assert verify(said(text, *claims, good), chart).refs == ("lab11",)


def _first(rule: str) -> tuple[object, ...]:
    text, claims = BROKEN[rule][0]
    return (text, *claims)
