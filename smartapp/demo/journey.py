"""The journey of ``manage.py demo --check``: launch, draft, edit, approve, sign, verify.

Played over HTTP in every personality for every chart the sandbox holds, with nothing but what a
clinician's browser has: addresses, cookies and forms. Each launch plays one of the documents that
the panel offers, in turn, so that all of them are played in every hospital; or all of them.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx2

from smartapp.demo.browser import PlayError
from smartapp.demo.clinician import Clinician, Play, milliseconds
from smartapp.demo.processes import Demonstration

PERSONALITIES = ("epic", "oracle", "generic")
_SUMMED = ("statements", "marked", "edited", "missing", "unsaid", "added", "rejected")


@dataclass(frozen=True, slots=True)
class Programme:
    """What is played. ``documents``: these alone; ``every``: all of them in each launch."""

    personalities: Sequence[str] = PERSONALITIES
    limit: int | None = None
    documents: Sequence[str] = ()
    every: bool = False

    def of_launch(self, number: int, offered: Sequence[str]) -> list[str]:
        """The documents of the launch ``number`` of all, counted from 0.

        Raises :class:`PlayError` where one that was asked for is not offered.
        """
        if unknown := [each for each in self.documents if each not in offered]:
            raise PlayError(f"The panel offers no {', '.join(unknown)}.")
        played = list(self.documents or offered)
        return played if self.every or self.documents else [played[number % len(played)]]


@dataclass
class Report:
    """All plays together."""

    plays: list[Play] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON line: counts, medians in milliseconds, failures by name."""
        done = [play for play in self.plays if play.passed]
        failures = [asdict(play) for play in self.plays if not play.passed]
        documents = dict.fromkeys(play.document for play in self.plays if play.document)
        return {
            "name": "demo",
            "figures": {
                "journeys": len(self.plays),
                "passed": len(done),
                **{f"{name}_journeys": self._count("personality", name) for name in PERSONALITIES},
                **{f"{name}_journeys": self._count("document", name) for name in documents},
                **{name: sum(getattr(play, name) for play in done) for name in _SUMMED},
                "launch_ms_median": _median(p.launch_ms for p in done if p.launch_ms is not None),
                "draft_ms_median": _median(play.draft_ms for play in done),
                "decide_ms_median": _median(play.decide_ms for play in done),
                "ledger_rows": self.ledger.get("rows", 0),
                "minutes": round(self.seconds / 60, 1),
            },
            "failures": failures[:20],
            "ledger": self.ledger,
            "goals": {"passed": f"= {len(self.plays)}", "ledger": "whole"},
            "met": (
                any(not play.rejected for play in done)
                and not failures
                and bool(self.ledger.get("whole"))
            ),
        }

    def _count(self, kind: str, name: str) -> int:
        return sum(getattr(play, kind) == name for play in self.plays)


def _median(values: Iterable[float]) -> float:
    numbers = list(values)
    return round(statistics.median(numbers), 1) if numbers else 0.0


def check(
    running: Demonstration, programme: Programme, *, log: Callable[[str], object]
) -> dict[str, Any]:
    """Play every chart in every personality and verify the ledger; return the report."""
    report, started = Report(), time.monotonic()
    for place, personality in enumerate(programme.personalities):
        patients, user = _people(running, personality)
        log(f"{personality}: {len(patients[: programme.limit])} charts")
        for number, patient in enumerate(patients[: programme.limit]):
            running.raise_if_ended()
            clinician = Clinician(running, personality, patient, user)
            # Shifted by hospital, so that one chart is not always played with one document.
            plays = _played(clinician, programme, number + 2 * place)
            report.plays += plays
            for play in plays:
                if not play.passed:
                    log(f"  failed: {play.document}: {play.failure}")
    report.ledger = json.loads(running.manage("verify_ledger", "--json").strip().splitlines()[-1])
    report.seconds = time.monotonic() - started
    return report.as_dict()


def _people(running: Demonstration, personality: str) -> tuple[list[str], str]:
    """Return every patient's id, and one clinician."""
    answer = httpx2.get(f"{running.places.sandbox_url}/ehr/{personality}/patients.json", timeout=30)
    answer.raise_for_status()
    found = answer.json()
    return [str(row["id"]) for row in found["patients"]], str(found["clinicians"][0])


def _played(clinician: Clinician, programme: Programme, number: int) -> list[Play]:
    """One launch: a play for each of its documents, or the one that failed before any."""
    started = time.monotonic()
    try:
        documents = programme.of_launch(number, clinician.launch())
    except (PlayError, httpx2.HTTPError) as error:
        return [Play(clinician.personality, failure=_words(error))]
    launch_ms: float | None = milliseconds(started)
    plays = []
    for document in documents:
        play = Play(clinician.personality, document, launch_ms=launch_ms)
        launch_ms = None
        try:
            clinician.work(play)
            play.passed = True
        except (PlayError, httpx2.HTTPError) as error:
            play.failure = _words(error)
        plays.append(play)
    return plays


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
