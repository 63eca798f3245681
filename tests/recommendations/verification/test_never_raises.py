"""Whatever a model writes: a verdict, and never an error."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.quality import sets
from recommendations.verification import Chart, reword, verify, verify_text
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Outcome, Verdict
from recommendations.verification.verifier import examine
from tests.recommendations.verification import broken
from tests.recommendations.verification.facts import FACTS, NEWCOMER, SECOND, snapshot

CHARTS = [Chart.of(snapshot(facts)) for facts in (FACTS, SECOND, NEWCOMER, ())]
SOUND = [entry.statement for entry in sets.load(sets.DEVELOPMENT).of(sets.CLEAN)]
TEXTS = [statement.text for statement in SOUND]
CLAIMS = [claim.model_dump() for statement in SOUND for claim in statement.claims] + [
    claim for cases in broken.BROKEN.values() for _, claims in cases for claim in claims
]

words = st.sampled_from(sorted({word for text in TEXTS for word in text.split()}))
sentences = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(words, min_size=1, max_size=20).map(" ".join),
    st.text(min_size=3, max_size=200),
    st.text(alphabet="0123456789./-<>~ ()%,;:\u201c\u201d'\"mgL", min_size=3, max_size=60),
).filter(lambda text: 3 <= len(text) <= 400)
claims = st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=4)


def statement(text: str, given_claims: list[dict[str, Any]]) -> DraftedStatement:
    return DraftedStatement.model_validate({"section": "s", "text": text, "claims": given_claims})


@settings(max_examples=400, deadline=None)
@given(sentences, claims, st.sampled_from(CHARTS))
def test_any_statement_over_any_chart_gets_a_verdict(
    text: str, given_claims: list[dict[str, Any]], chart: Chart
) -> None:
    drafted = statement(text, given_claims)
    verdict = examine(drafted, chart)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome.signable is (not verdict.findings)
    worded = reword(drafted, chart)
    assert worded is None or examine(statement(worded, given_claims), chart).outcome.signable


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.lists(words, max_size=40).map(" ".join), st.sampled_from(CHARTS))
def test_any_words_of_ones_own_get_a_verdict(text: str, chart: Chart) -> None:
    assert isinstance(verify_text(text, chart), Verdict)


def test_a_fault_of_ours_lets_nothing_pass(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Chart):
        def fact(self, handle: str) -> Any:
            raise RuntimeError("Mrs Example, 12 Elm Street")

    verdict = verify(SOUND[0], Broken((), searched={}))
    assert verdict.outcome is Outcome.NOT_FOUND
    assert [f.rule for f in verdict.findings] == ["not_examined"]
    assert "Example" not in caplog.text
