"""Drafts of the offline drafter over real charts: all of them stand."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from recommendations.agent import offline
from recommendations.verification import Chart, verify
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.registry import DOCUMENTS
from sandbox.charts import hospital
from sandbox.charts.stories import STORIES
from tests.conftest import SHARED_DATA
from tests.recommendations.charts import reading_from_bundle

TODAY = date(2026, 11, 17)
SHARED = sorted(
    path
    for folder in ("synthea", "synthea-notes")
    for path in (SHARED_DATA / "charts" / folder).glob("*.json.gz")
    if "Information" not in path.name
)
# Every eighth of the shared charts, which differ more in size than in kind, and those with notes.
SAMPLE = [
    path for place, path in enumerate(SHARED) if place % 8 == 0 or "notes" in path.parent.name
]
Drafted = list[tuple[Chart, list[DraftedStatement]]]


def drafts(
    chart: Path | list[dict[str, object]], as_of: datetime | None = None
) -> Iterator[tuple[Chart, list[DraftedStatement]]]:
    reading = reading_from_bundle(chart, as_of=as_of)
    for document in DOCUMENTS.values():
        reading.prefetch(document.tools)
        statements = list(offline.draft(document, reading))
        yield Chart.of(reading.snapshot()), statements


@cache
def sandbox_drafts() -> Drafted:
    as_of = datetime(2026, 11, 17, 12, tzinfo=UTC)
    return [
        drafted
        for story in STORIES
        for drafted in drafts([*hospital.resources(TODAY), *story(TODAY).resources], as_of)
    ]


def marked(drafted: Drafted) -> list[tuple[str, list[str]]]:
    return [
        (statement.text, [f.words for f in verdict.findings])
        for chart, statements in drafted
        for statement in statements
        if (verdict := verify(statement, chart)).outcome != "checked"
    ]


def test_every_statement_over_the_sandbox_charts_is_checked() -> None:
    drafted = sandbox_drafts()
    assert sum(len(statements) for _, statements in drafted) > 200
    assert marked(drafted) == []


@pytest.mark.skipif(not SHARED, reason="the shared charts are not here")
@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name[:16])
def test_every_statement_over_the_shared_charts_is_checked(path: Path) -> None:
    assert marked(list(drafts(path))) == []


@pytest.mark.alone
def test_a_statement_takes_under_five_milliseconds() -> None:
    taken = []
    for chart, statements in sandbox_drafts():
        for statement in statements:
            started = time.perf_counter()
            verify(statement, chart)
            taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < 0.005
