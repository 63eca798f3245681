"""The frozen sets: what was first found on them is told in docs/verification.md."""

from collections import Counter

import pytest

from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import said
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.heldout_clean import CLEAN
from tests.recommendations.verification.heldout_errors import ERRORS


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


def test_clean_sentences_stand(chart: Chart) -> None:
    marked = [
        (text, [f.words for f in verdict.findings])
        for text, claims in CLEAN
        if not (verdict := verify(said(text, *claims), chart)).outcome.signable
    ]
    assert marked == []


def test_no_subtle_error_stands(chart: Chart) -> None:
    missed = Counter[str]()
    for kind, text, claims in ERRORS:
        if verify(said(text, *claims), chart).outcome.signable:
            missed[f"{kind}: {text}"] += 1
    assert missed == Counter()
