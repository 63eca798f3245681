"""What is asked of a model, and how each answer is judged."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from recommendations.clinical.given import Given
from recommendations.clinical.reading import Reading
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ReadingSnapshot
from recommendations.quality import drafting, triaging
from recommendations.quality.bundles import BundleReader, newest, resources_of
from recommendations.quality.drafting import ChartInput
from recommendations.quality.live.questions import Question, questions, right
from recommendations.quality.live.recalled import recall
from recommendations.quality.live.rouge import rouge
from recommendations.quality.live.visits import AS_OF, Visit, visits
from recommendations.quality.suites.suite import Options
from recommendations.replays.redrafting import Readable, Redrafted
from recommendations.replays.reopened import ReopenedReading
from recommendations.workflows.documentation.progress_note import PROGRESS_NOTE
from recommendations.workflows.documents import Document
from recommendations.workflows.evaluation.chart_question import CHART_QUESTION
from recommendations.workflows.triage.presented import presented
from recommendations.workflows.triage.raising import decided
from recommendations.workflows.triage.rules import red_flags
from recommendations.workflows.triage.scale import category
from recommendations.workflows.triage.triage import TRIAGE, URGENCY

Judge = Callable[[Redrafted], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Case:
    """One draft to be asked for. ``judge`` gives its scores, each a share from 0 to 1.

    ``sha256`` is of what it is made of.
    """

    id: str
    kind: str
    sha256: str
    document: Document
    reading: Callable[[], Readable] = field(repr=False)
    judge: Judge = field(repr=False)


def documentation(options: Options) -> Iterator[Case]:
    """Each visit of ACI-Bench as a progress note. Raises :class:`SuiteRefused`."""
    for visit in visits(options.shared_data):
        yield Case(
            id=visit.id,
            kind="visit",
            sha256=_hash(visit.note.encode(), json.dumps(visit.resources).encode()),
            document=PROGRESS_NOTE,
            reading=lambda visit=visit: _visited(visit),  # type: ignore[misc]
            judge=lambda made, visit=visit: _note(made, visit),  # type: ignore[misc]
        )


def chart_questions(options: Options) -> Iterator[Case]:
    """What code can answer of each shared chart. Raises :class:`SuiteRefused`."""
    for chart in drafting.shared_charts(options.charts()):
        reading = _read(chart, Given())
        if reading is None:
            continue
        reading.prefetch(CHART_QUESTION.tools)
        for tool in CHART_QUESTION.tools:
            reading.call(tool)
        for asked in questions(reading.snapshot()):
            yield _question(chart, asked)


def triage(options: Options) -> Iterator[Case]:
    """The labelled cases of ``evaluate triage``, their urgency chosen by the model."""
    for path in triaging.SETS.values():
        for case in triaging.load(path):
            yield Case(
                id=case.id,
                kind=f"category {case.category.value}",
                sha256=_hash(case.model_dump_json().encode()),
                document=TRIAGE,
                reading=lambda case=case: _presented(case),  # type: ignore[misc]
                judge=lambda made, case=case: _urgency(made, case),  # type: ignore[misc]
            )


def _presented(case: triaging.Case) -> ReopenedReading:
    concepts = {c.value: True for tool in TRIAGE.tools for c in TOOLS[tool].concepts}
    return ReopenedReading(
        ReadingSnapshot(
            as_of=triaging.AS_OF.isoformat(), facts=tuple(case.facts()), searched=concepts
        )
    )


def _urgency(made: Redrafted, case: triaging.Case) -> dict[str, float]:
    """What is suggested after rules have raised it; what the model alone chose stands beside."""
    alone = category(made.chosen.get(URGENCY, ""))
    seen = presented(case.facts(), triaging.AS_OF)
    suggested = decided(alone, red_flags(seen)).suggested
    return {
        "agrees": float(suggested == case.category),
        "under": float(suggested > case.category),
        "over": float(suggested < case.category),
        "model_alone_under": float(alone is None or alone > case.category),
        "fact_precision": _signable(made),
    }


def _question(chart: ChartInput, asked: Question) -> Case:
    def reading() -> Reading:
        found = _read(chart, Given(words={"question": asked.words}))
        if found is None:
            raise LookupError(chart.name)
        return found

    return Case(
        id=f"{chart.name} {asked.kind}",
        kind=asked.kind,
        sha256=_hash(chart.path.read_bytes() if chart.path else b"", asked.words.encode()),
        document=CHART_QUESTION,
        reading=reading,
        judge=lambda made: _answer(made, asked),
    )


def _hash(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _read(chart: ChartInput, given: Given) -> Reading | None:
    resources = resources_of(chart.path) if chart.path else list(chart.resources)
    if not any(r.get("resourceType") == "Patient" for r in resources):
        return None
    return Reading(BundleReader(resources), chart.as_of or newest(resources), given)


def _visited(visit: Visit) -> Reading:
    as_of = datetime.fromisoformat(AS_OF).replace(hour=12, tzinfo=UTC)
    return Reading(BundleReader(visit.resources), as_of)


def _note(made: Redrafted, visit: Visit) -> dict[str, float]:
    text = " ".join(each.text for each in made.statements)
    found, wanted = recall(text, visit.note, visit.complaints)
    scores = rouge(text, visit.note)
    return {
        **scores,
        "fact_recall": found / wanted if wanted else 1.0,
        "fact_precision": _signable(made),
    }


def _answer(made: Redrafted, asked: Question) -> dict[str, float]:
    """Right only in what can be signed as it stands: a guess that nothing bears out is none."""
    said = " ".join(each.text for each in made.statements if each.verdict.outcome.signable)
    return {"right": float(right(asked, said)), "fact_precision": _signable(made)}


def _signable(made: Redrafted) -> float:
    """Of the statements, those that the chart bears out, by this product's verification."""
    held = sum(each.verdict.outcome.signable for each in made.statements)
    return held / len(made.statements) if made.statements else 0.0
