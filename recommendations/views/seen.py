"""What the drafter saw of the chart, when and how much, and what it did not: a reading's trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recommendations.clinical import leaving
from recommendations.clinical.results import ReadingSnapshot
from recommendations.models import DraftProgress
from recommendations.views import when
from recommendations.views.reads import TOOLS
from recommendations.workflows.documents import Document


@dataclass(frozen=True, slots=True)
class Look:
    """One answer of a tool: what of the chart, how much, when, and whether that was all."""

    label: str
    much: str  # "12", "20 of 134"
    at: datetime | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The trail of a draft's reading. ``unasked`` are parts that no answer was about."""

    looks: tuple[Look, ...] = ()
    unasked: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()  # section, what it has no room for
    facts: int = 0


def seen_of(document: Document, news: Sequence[DraftProgress], snapshot: ReadingSnapshot) -> Seen:
    """What a draft's own news and its reading tell of what was read."""
    answers = [row for row in news if row.kind == "reading"]
    asked = {str(row.detail.get("source")) for row in answers}
    lines = ((section.title, _left(section.key, snapshot)) for section in document.sections)
    return Seen(
        looks=tuple(map(_look, answers)),
        unasked=tuple(TOOLS[t] for t in document.tools if answers and t.value not in asked),
        left=tuple((title, line) for title, line in lines if line),
        facts=len(snapshot.facts),
    )


def _look(row: DraftProgress) -> Look:
    source = str(row.detail.get("source"))
    shown, total = row.detail.get("shown"), row.detail.get("total")
    fewer = isinstance(total, int) and isinstance(shown, int) and total > shown
    return Look(
        label=TOOLS.get(source, source.replace("_", " ").capitalize()),
        much=f"{shown} of {total}" if fewer else str(shown if total is None else total),
        at=when.local(row.created_at),
        whole=bool(row.detail.get("complete")) and not fewer,
    )


def _left(section: str, snapshot: ReadingSnapshot) -> str:
    return leaving.line([left for left in snapshot.left_out if left.section == section])
