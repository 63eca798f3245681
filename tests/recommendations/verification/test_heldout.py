"""The frozen sets. What was found on them at first is told in docs/verification.md."""

import pytest

from recommendations.clinical.facts import Fact
from recommendations.verification import Chart, reword, verify
from tests.recommendations.verification import (
    heldout_clean,
    heldout_errors,
    heldout_second_clean,
    heldout_second_errors,
)
from tests.recommendations.verification.build import said
from tests.recommendations.verification.facts import FACTS, SECOND, snapshot

CLEAN = [(FACTS, heldout_clean.CLEAN), (SECOND, heldout_second_clean.CLEAN)]
ERRORS = [(FACTS, heldout_errors.ERRORS), (SECOND, heldout_second_errors.ERRORS)]


@pytest.mark.parametrize(("facts", "sentences"), CLEAN, ids=["first", "second"])
def test_clean_sentences_stand(
    facts: tuple[Fact, ...], sentences: list[tuple[str, list[dict[str, object]]]]
) -> None:
    chart = Chart.of(snapshot(facts))
    marked = [
        (text, [f.words for f in verdict.findings])
        for text, claims in sentences
        if not (verdict := verify(said(text, *claims), chart)).outcome.signable
    ]
    assert marked == []


@pytest.mark.parametrize(("facts", "errors"), ERRORS, ids=["first", "second"])
def test_no_subtle_error_stands(
    facts: tuple[Fact, ...], errors: list[tuple[str, str, list[dict[str, object]]]]
) -> None:
    chart = Chart.of(snapshot(facts))
    missed = [
        f"{kind}: {text}"
        for kind, text, claims in errors
        if verify(said(text, *claims), chart).outcome.signable
    ]
    assert missed == []


@pytest.mark.parametrize(("facts", "sentences"), CLEAN, ids=["first", "second"])
def test_every_clean_sentence_without_a_judgement_can_be_worded_by_code(
    facts: tuple[Fact, ...], sentences: list[tuple[str, list[dict[str, object]]]]
) -> None:
    chart = Chart.of(snapshot(facts))
    without = [
        text
        for text, claims in sentences
        if reword(said(text, *claims), chart) is None
        and all(claim["kind"] != "inference" for claim in claims)
    ]
    assert without == []


@pytest.mark.parametrize(("facts", "errors"), ERRORS, ids=["first", "second"])
def test_what_is_worded_anew_says_nothing_that_was_wrong(
    facts: tuple[Fact, ...], errors: list[tuple[str, str, list[dict[str, object]]]]
) -> None:
    chart = Chart.of(snapshot(facts))
    for _, text, claims in errors:
        worded = reword(said(text, *claims), chart)
        if worded is not None:
            assert verify(said(worded, *claims), chart).outcome.signable
            assert worded != text
