"""That nothing is pending: only over all results and reports, and only where it is so."""

from typing import Any

import pytest

from recommendations.clinical.facts import ReportFact
from recommendations.verification import Chart, reword, verify
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification import facts
from tests.recommendations.verification.build import absent, event, obs, said

NONE = said(
    "No pending results were found among the recorded laboratory results and reports.",
    absent("pending results", "pending_results"),
)
FINAL = facts.FACTS


def report(status: str) -> ReportFact:
    when = facts.day("2026-11-16")
    return ReportFact(
        handle="rep1", source=facts.source("rep1"), name="Blood culture", status=status,
        effective=when,
    )  # fmt: skip


def chart(*more: Any, **searched: bool) -> Chart:
    read = {"labs": True, "reports": True} | searched
    return Chart((*FINAL, *more), searched=read, as_of="2026-11-17T09:00:00+00:00")


def test_it_stands_where_all_was_read_and_all_is_final() -> None:
    verdict = verify(NONE, chart(report("final")))
    assert (verdict.outcome, verdict.findings) == (Outcome.CHECKED, ())
    assert "negation" in verdict.high_stakes


@pytest.mark.parametrize("unread", ["labs", "reports"])
def test_it_is_refused_where_not_all_was_read(unread: str) -> None:
    (finding,) = verify(NONE, chart(**{unread: False})).findings
    assert finding.rule == "absence_unread"
    assert reword(NONE, chart(**{unread: False})) is None


def test_it_is_refused_where_reports_were_not_even_asked_for() -> None:
    index = Chart(FINAL, searched={"labs": True}, as_of="2026-11-17T09:00:00+00:00")
    assert [f.rule for f in verify(NONE, index).findings] == ["absence_unread"]


@pytest.mark.parametrize("status", ["registered", "partial", "preliminary", "unknown"])
def test_a_report_that_is_not_final_defeats_it(status: str) -> None:
    verdict = verify(NONE, chart(report(status)))
    assert verdict.outcome is Outcome.CONTRADICTED
    assert [(f.rule, f.ref) for f in verdict.findings] == [("absence_defeated", "rep1")]


@pytest.mark.parametrize("status", ["registered", "preliminary"])
def test_so_does_a_result_that_is_not_final_with_a_value_or_without(status: str) -> None:
    for value in ("6.1", None):
        lab = facts.lab("lab90", "Thyrotropin", value, "mIU/L", status=status)
        assert verify(NONE, chart(lab)).outcome is Outcome.CONTRADICTED


def test_what_was_given_up_is_not_awaited() -> None:
    given_up = facts.lab("lab90", "Thyrotropin", None, status="cancelled")
    assert verify(NONE, chart(report("cancelled"), given_up)).outcome is Outcome.CHECKED


@pytest.mark.parametrize(
    "text",
    ["No results are pending.", "Nothing is pending.", "No pending results."],
)
def test_it_says_where_was_looked_and_rests_on_its_claim(text: str) -> None:
    assert not verify(
        said(text, absent("pending results", "pending_results")), chart()
    ).outcome.signable
    assert not verify(said(text, obs("lab1", "Potassium", "5.9")), chart()).outcome.signable


@pytest.mark.parametrize(
    ("text", "status", "stands"),
    [
        ("Report: Blood culture on 16 Nov 2026, partial.", "partial", True),
        ("Blood culture of 16 Nov 2026 is not final yet.", "registered", True),
        ("Blood culture of 16 Nov 2026 is pending.", "preliminary", True),
        ("Blood culture on 16 Nov 2026, final.", "partial", False),
        ("Blood culture on 15 Nov 2026, partial.", "partial", False),
        ("Blood culture on 16 Nov 2026.", "registered", False),
        ("Blood culture of 16 Nov 2026 is pending.", "final", False),
        ("Blood culture on 16 Nov 2026, partial: no growth.", "partial", False),
        ("Urine culture on 16 Nov 2026, partial.", "partial", False),
    ],
)
def test_a_report_is_told_as_far_as_it_is(text: str, status: str, stands: bool) -> None:
    statement = said(text, event("rep1", "Blood culture", when="2026-11-16"))
    assert verify(statement, chart(report(status))).outcome.signable is stands
