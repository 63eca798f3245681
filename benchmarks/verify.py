"""What verification takes: each statement, and each draft as a whole.

Measured is what a draft in the making waits for, by the same function (``settle``: the verdict,
and the wording by code where the claims hold and the sentence does not), in this process:

- every document that the offline drafter makes of every chart of ``../shared`` and of the sandbox
  hospital (true statements; of long charts, long drafts);
- the held-out and the development sets (a model's phrasings, and errors of every kind, which take
  the longer ways), each chart's statements as one draft.

Each is met once, as in a draft: nothing was kept from an earlier round. A draft's time includes
making the chart ready (``Chart.of``), once. Milliseconds.
"""

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.goals import Goal

GOALS = [Goal("statement_ms", at_most=5), Goal("statement_ms_p95", at_most=5)]
_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

Draft = tuple[Any, list[Any]]  # what was read, and the statements


def run() -> dict[str, float]:
    """Measure; medians unless the name says otherwise."""
    _set_up()
    drafts = list(_drafts(_shared()))
    from recommendations.verification import warm_up  # noqa: PLC0415 - after the settings

    warm_up()
    gc.collect()
    gc.freeze()  # as a worker does
    statements, whole = [], []
    for draft in drafts:
        ready, each = _timed(draft)
        statements += each
        whole.append(ready + sum(each))
    return {
        "statements": float(len(statements)),
        "statement_ms": statistics.median(statements),
        "statement_ms_p95": _at(statements, 0.95),
        "statement_ms_worst": max(statements),
        "drafts": float(len(whole)),
        "draft_ms": statistics.median(whole),
        "draft_ms_p95": _at(whole, 0.95),
        "draft_ms_worst": max(whole),
    }


def _shared() -> Path:
    return Path(os.environ.get("COUNTERSIGN_SHARED_DATA", _SHARED))


def _set_up() -> None:
    os.environ.setdefault("COUNTERSIGN_DATA_DIR", tempfile.mkdtemp(prefix="countersign-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")
    import django  # noqa: PLC0415 - its settings are in the environment only now

    django.setup()


def _drafts(shared: Path) -> Iterator[Draft]:
    from recommendations.quality import drafting, sets  # noqa: PLC0415 - after the settings
    from smartapp.demo.charts import sandbox_charts  # noqa: PLC0415

    found = [sets.load(folder) for folder in (sets.HELD_OUT, sets.DEVELOPMENT)]
    days = {drafting.SANDBOX_DAY}.union(*(each.days() for each in found))
    hospital = sandbox_charts(sorted(days), log=lambda _line: None)
    own = drafting.sandbox_charts(hospital[drafting.SANDBOX_DAY])
    for chart in (*drafting.shared_charts(shared), *own):
        yield from _documents(chart)
    for labelled in found:
        yield from _by_hand(labelled, shared, hospital)


def _documents(chart: Any) -> Iterator[Draft]:
    from recommendations.agent import offline  # noqa: PLC0415 - after the settings
    from recommendations.clinical.reading import Reading  # noqa: PLC0415
    from recommendations.quality.bundles import BundleReader, newest, resources_of  # noqa: PLC0415
    from recommendations.workflows.registry import DOCUMENTS  # noqa: PLC0415

    resources = resources_of(chart.path) if chart.path else chart.resources
    if not any(each.get("resourceType") == "Patient" for each in resources):
        return
    for document in DOCUMENTS.values():
        reading = Reading(BundleReader(resources), chart.as_of or newest(resources))
        reading.prefetch(document.tools)
        statements = list(offline.draft(document, reading))
        yield reading.snapshot(), statements


def _by_hand(labelled: Any, shared: Path, hospital: Any) -> Iterator[Draft]:
    from recommendations.quality import sets  # noqa: PLC0415 - after the settings

    for name, row in labelled.charts.items():
        try:
            read = sets.snapshot(
                row, folder=labelled.folder, shared=shared, hospital=hospital.__getitem__
            )
        except sets.ChartChanged:
            continue
        of_chart = [
            entry.statement
            for entries in labelled.entries.values()
            for entry in entries
            if entry.chart == name
        ]
        yield read, of_chart


def _timed(draft: Draft) -> tuple[float, list[float]]:
    """Return the milliseconds of making the chart ready, and of each statement."""
    from recommendations.verification import Chart, settle  # noqa: PLC0415 - after the settings

    read, statements = draft
    started = time.perf_counter()
    chart = Chart.of(read)
    marks = [time.perf_counter()]
    for statement in statements:
        settle(statement, chart)
        marks.append(time.perf_counter())
    each = [(late - early) * 1000 for early, late in pairwise(marks)]
    return (marks[0] - started) * 1000, each


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
