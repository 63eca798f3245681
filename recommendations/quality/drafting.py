"""Correct drafts over synthetic charts: what the offline drafter says of each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from recommendations.agent import offline
from recommendations.clinical.given import Given
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ReadingSnapshot
from recommendations.quality.bundles import BundleReader, newest, patients, resources_of
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS

# The day as of which the sandbox hospital's charts are made: figures of one day can be compared.
SANDBOX_DAY = date(2026, 11, 17)
_SANDBOX_NOW = datetime(2026, 11, 17, 20, tzinfo=UTC)
# What a reply answers here: asks about all that a reply can tell of.
_ASKED = Given(message="What about my medicines, my test results, and my next visit?")
_BUNDLES = ("synthea/*_*.json*", "synthea-notes/*_*.json*", "epic-shaped/*-bundle.json")


@dataclass(frozen=True, slots=True)
class ChartInput:
    """A chart to draft from: a file, or resources already there, and the instant it is read."""

    name: str
    path: Path | None = None
    resources: tuple[dict[str, Any], ...] = ()
    as_of: datetime | None = None  # the day after the newest entry, where it is not said


@dataclass(frozen=True, slots=True)
class ChartDrafts:
    """What was read of a chart, and each thing that its drafts say of it, once."""

    name: str
    snapshot: ReadingSnapshot
    statements: tuple[DraftedStatement, ...]


def shared_charts(shared: Path) -> list[ChartInput]:
    """The charts of the shared data folder; those of hospitals and practitioners are none."""
    charts = shared / "charts"
    found = sorted(path for pattern in _BUNDLES for path in charts.glob(pattern))
    return [ChartInput(name=path.name.split(".")[0], path=path) for path in found]


def sandbox_charts(resources: Iterable[dict[str, Any]]) -> list[ChartInput]:
    """One chart for each patient of the sandbox hospital as of ``SANDBOX_DAY``."""
    return [
        ChartInput(name=f"sandbox {patient}", resources=tuple(own), as_of=_SANDBOX_NOW)
        for patient, own in patients(resources).items()
    ]


def drafts(chart: ChartInput) -> ChartDrafts | None:
    """Every document over one chart; None where nothing of a patient was in it."""
    read = _read_anew(chart)
    if read is None:
        return None
    reading = read()
    said = {s.text: s for document in _drafted() for s in _said(document, reading)}
    return ChartDrafts(chart.name, reading.snapshot(), tuple(said.values()))


def documents(chart: ChartInput) -> Iterator[tuple[Document, ChartDrafts]]:
    """Each document over one chart by itself, from a reading of its own, as in the product."""
    read = _read_anew(chart)
    if read is None:
        return
    for document in _drafted():
        reading = read()
        said = tuple(_said(document, reading))
        yield document, ChartDrafts(chart.name, reading.snapshot(), said)


def _read_anew(chart: ChartInput) -> Callable[[], Reading] | None:
    resources = resources_of(chart.path) if chart.path else chart.resources
    if not any(r.get("resourceType") == "Patient" for r in resources):
        return None
    reader, as_of = BundleReader(resources), chart.as_of or newest(resources)
    return lambda: Reading(reader, as_of, _ASKED)


def _drafted() -> list[Document]:
    """No chart says what a patient comes for."""
    return [document for document in DOCUMENTS.values() if not document.asks_why]


def _said(document: Document, reading: Reading) -> Iterator[DraftedStatement]:
    reading.prefetch(document.tools)
    yield from offline.draft(document, reading)


def neighbours(all_drafts: Sequence[ChartDrafts]) -> dict[str, tuple[DraftedStatement, ...]]:
    """For each chart the statements of the next one: another patient's."""
    following = [*all_drafts[1:], *all_drafts[:1]]
    return {
        mine.name: next_one.statements for mine, next_one in zip(all_drafts, following, strict=True)
    }
