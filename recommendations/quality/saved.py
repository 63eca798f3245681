"""Results of evaluations that were kept, for whoever has to tell of them without measuring anew."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from recommendations import verification
from recommendations.agent import offline
from recommendations.quality.report import Report

FOLDER = Path(__file__).parent / "results"
# What a blind set showed when it was measured for the first time; written once, and never anew.
FIRST_RUNS = Path(__file__).parent / "first_runs"
NEWEST_BLIND_SET = "held_out_4"
NEWEST_TRIAGE_SET = "triage_fifth"


@dataclass(frozen=True, slots=True)
class Saved:
    """One run of one suite: its numbers, the day, and the versions that were measured."""

    suite: str
    measured_on: str  # ISO date
    versions: Mapping[str, str]
    figures: Mapping[str, float]
    met: bool


def save(report: Report, *, on: date, folder: Path = FOLDER) -> Path:
    """Keep the plain numbers of a report, in place of what was kept before; return where."""
    versions = {"verifier": verification.VERSION, "offline": offline.VERSION}
    kept = Saved(report.name, on.isoformat(), versions, _numbers(report.figures), report.met)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.name}.json"
    path.write_text(json.dumps(asdict(kept), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    load.cache_clear()
    return path


@lru_cache
def load(suite: str, folder: Path = FOLDER) -> Saved | None:
    """What was kept of a suite's last saved run; ``None`` where nothing was.

    Raises ``ValueError`` where the file is not what :func:`save` writes.
    """
    path = folder / f"{suite}.json"
    if not path.exists():
        return None
    try:
        found = Saved(**json.loads(path.read_text(encoding="utf-8")))
        date.fromisoformat(found.measured_on)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is not a saved evaluation: run it with --save.") from error
    return found


def first_run() -> Saved | None:
    """The first run of the newest set that was written blind: what no rule had been mended with."""
    return load(NEWEST_BLIND_SET, FIRST_RUNS)


def first_run_of_triage() -> Saved | None:
    """The first run of the newest set of triage: complaints in words that no rule was made for."""
    return load(NEWEST_TRIAGE_SET, FIRST_RUNS)


def _numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    """Counts by kind stay out: they are told by the report alone."""
    return {
        name: value
        for name, value in figures.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
