"""A night of many patients: requests for each, the allowed rate put to use, and never above it.

The sandbox hospital enforces ten requests a second for each token, and counts what each second
brings. Two Celery workers of ours, processes of their own, read generated patients from it, whole
charts as the workflows need them, on SQLite in a folder of its own.

- ``requests_per_patient``: requests of the night's token, the group's included, by patients read.
- ``share_of_rate``: those requests by what the limit would have allowed from the first moment of
  the night to its end.
- ``throttled``: answers with 429. ``failed``: patients that were not read, or not wholly.
- ``peak_per_second``: the most requests of both workers together within any one second.
- ``minutes_for_10000``: computed, at the measured rate; and ``hours_if_each_is_counted``: where an
  EHR counts every search inside of a batch, at the limit.

The same again at its Epic-like hospital, which takes no batches and exports (``epic_…``): all that
the night's token asked, the group, the export and its files included, by patients read.
``epic_export_requests`` are those of the export alone.
"""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.goals import Goal

if TYPE_CHECKING:
    from tests.smartapp.night.running import Running

GOALS = [
    Goal("requests_per_patient", at_most=2),
    Goal("share_of_rate", at_least=0.95),
    Goal("throttled", at_most=0),
    Goal("failed", at_most=0),
    Goal("read_twice", at_most=0),
    Goal("peak_per_second", at_most=10),
    Goal("epic_requests_per_patient", at_most=2),
    Goal("epic_throttled", at_most=0),
    Goal("epic_failed", at_most=0),
    Goal("epic_read_twice", at_most=0),
]
PATIENTS, EPIC_PATIENTS, PER_SECOND = 600, 300, 10
_WHOLE = 10_000
_MOST_SECONDS = 240


def run() -> dict[str, float]:
    """Measure; see above for what each figure is."""
    epic = _night("epic", EPIC_PATIENTS, _figures_by_export)
    return {**_night("oracle", PATIENTS, _figures), **epic}


def _night(
    personality: str, patients: int, figures: "Callable[[Running], dict[str, float]]"
) -> dict[str, float]:
    from tests.smartapp.night.running import Running, wait_for  # noqa: PLC0415 - from a checkout

    folder = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
    running = Running(folder, personality=personality, patients=patients, limit=PER_SECOND)
    try:
        for name in ("one", "two"):
            running.start_worker(name)
        wait_for(lambda: all(_is_awake(running, name) for name in ("one", "two")), seconds=60)
        running.forget_counters()
        running.begin()
        wait_for(running.is_over, seconds=_MOST_SECONDS)
        return figures(running)
    finally:
        running.stop()


def _is_awake(running: "Running", name: str) -> bool:
    # Its beat has sent the first sweep, and so it has come up.
    return "smartapp.night.sweep" in (running.folder / f"{name}.log").read_text()


def _figures_by_export(running: "Running") -> dict[str, float]:
    counted = running.counters()
    ((begun, ended),) = running.rows("SELECT begun_at, ended_at FROM smartapp_night")
    told = "SELECT count(*), count(DISTINCT patient_index) FROM audit_auditevent WHERE type = ?"
    ((rows, patients),) = running.rows(told, "night.patient_read")
    ((exported, _),) = running.rows(told, "fhir.bulk_requested")
    # Epic withholds something of every chart's drugs, which is told: none is without a gap.
    return {
        "epic_requests_per_patient": counted["requests"] / EPIC_PATIENTS,
        "epic_export_requests": exported,
        "epic_throttled": counted["statuses"].get("429", 0),
        "epic_failed": EPIC_PATIENTS - running.count("read"),
        "epic_read_twice": rows - patients,
        "epic_seconds": (
            datetime.fromisoformat(ended) - datetime.fromisoformat(begun)
        ).total_seconds(),
    }


def _figures(running: "Running") -> dict[str, float]:
    counted = running.counters()
    ((begun, ended),) = running.rows("SELECT begun_at, ended_at FROM smartapp_night")
    seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds()
    whole = "SELECT count(*) FROM smartapp_nightpatient WHERE state = 'read' AND missing = '[]'"
    told = "SELECT count(*), count(DISTINCT patient_index) FROM audit_auditevent WHERE type = ?"
    ((rows, patients),) = running.rows(told, "night.patient_read")
    inside = "SELECT count(*) FROM audit_auditevent WHERE type = 'fhir.requested'"
    requests = counted["requests"]
    searches = (running.rows(inside)[0][0] - requests) / PATIENTS
    return {
        "requests_per_patient": requests / PATIENTS,
        "share_of_rate": requests / (PER_SECOND * seconds),
        "throttled": counted["statuses"].get("429", 0),
        "failed": PATIENTS - running.rows(whole)[0][0],
        "read_twice": rows - patients,
        "peak_per_second": counted["peak"],
        "seconds": seconds,
        "searches_in_each_batch": searches,
        "minutes_for_10000": _WHOLE * seconds / PATIENTS / 60,
        "hours_if_each_is_counted": _WHOLE * searches / PER_SECOND / 3600,
    }
