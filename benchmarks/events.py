"""Notifications in: how many a second are on the disk before they are answered, and none lost.

On SQLite and a queue of files, or where ``DATABASE_URL`` and ``REDIS_URL`` say: a PostgreSQL
server, in which a database of its own is made and dropped again, and a Redis. One web process, one
worker and the sender share the machine. The sender keeps thirty-two connections busy, each with one
FHIR notification at a time, of one event each, for two hundred patients.

- ``accepted_per_second``: notifications answered with 200, while the worker processes them too.
- ``refused``: answered with anything else before the kill, all of them authentic.
- ``processed_per_second_beside``: events that the worker ended in that very time.
- ``answer_ms_median``, ``answer_ms_p95``: from sending one to its answer, with all of them at once.
- ``quiet_answer_ms_p95``: the same with one sender alone.
- ``lost``: answered, yet not in the database after SIGKILL of web and worker under that load.
- ``unprocessed``, ``out_of_order``: what the worker started after it left, and whether any
  patient's events ended in another order than that of their numbers.
- ``processed_without_patient_per_second``: of ``WITHOUT_PATIENT`` events that name a resource alone
  (id-only), from the first that ended to the last. The worker starts when all have been sent:
  beside sender and web it gets what these leave of two cores, which says little of its own work.
- ``drained_per_second``: what was left when the last was answered, by the time it took, in which
  the new worker may still have been starting.
"""

import asyncio
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.goals import Goal

if TYPE_CHECKING:
    from tests.smartapp.events.running import Running

GOALS = [
    Goal("accepted_per_second", at_least=500),
    Goal("refused", at_most=0),
    Goal("quiet_answer_ms_p95", at_most=50),
    Goal("lost", at_most=0),
    Goal("unprocessed", at_most=0),
    Goal("out_of_order", at_most=0),
]
CONNECTIONS = 32
PATIENTS = 200
MEASURED, QUIET, ACROSS_THE_KILL, WITHOUT_PATIENT = 3000, 200, 1500, 1500
_DRAIN_SECONDS = 180


@dataclass
class _Load:
    """The numbers still to be sent, and what became of those that were."""

    running: "Running"
    numbers: Iterator[int]
    answered: set[int] = field(default_factory=set)
    milliseconds: list[float] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    id_only: bool = False

    def request(self, number: int) -> bytes:
        from tests.smartapp.events.running import FHIR_SECRET, backport, event  # noqa: PLC0415

        told = event(number, patient=f"p-{number % PATIENTS}")
        bundle = backport("event-notification", number, told)
        if self.id_only:
            del bundle["entry"][1:]
        body = json.dumps(bundle).encode()
        head = (
            f"POST /events/{self.running.ids['fhir']}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {FHIR_SECRET}\r\nContent-Type: application/fhir+json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def send(self, connections: int) -> None:
        """Send all numbers over so many connections."""
        await asyncio.gather(*(self._one_after_another() for _ in range(connections)))

    async def _one_after_another(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.running.port)
        for number in self.numbers:
            started = time.perf_counter()
            try:
                writer.write(self.request(number))
                status = await _status(reader)
            except (OSError, asyncio.IncompleteReadError):
                self.unanswered.append(number)
                return
            if status != 200:
                self.unanswered.append(number)
                continue
            self.milliseconds.append((time.perf_counter() - started) * 1000)
            self.answered.add(number)
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    await reader.readexactly(length)
    return int(head.split()[1])


def run() -> dict[str, float]:
    """Measure; rates a second, milliseconds, counts."""
    from tests.smartapp.events.running import backport  # noqa: PLC0415 - from a checkout

    running = _processes()
    try:
        running.start_web()
        running.start_worker()
        running.notify(backport("handshake", 0)).raise_for_status()
        numbers = itertools.count(1)
        quiet = _Load(running, itertools.islice(numbers, QUIET))
        asyncio.run(quiet.send(1))
        _wait_for(running, QUIET)  # the worker takes seconds to start
        load = _Load(running, itertools.islice(numbers, MEASURED))
        started, before = time.perf_counter(), running.count("done")
        asyncio.run(load.send(CONNECTIONS))
        seconds = time.perf_counter() - started
        beside = running.count("done") - before
        # A number that is missing would have all later ones wait: sent again, as a sender does.
        asyncio.run(_Load(running, iter(sorted(load.unanswered))).send(CONNECTIONS))
        _wait_for(running, QUIET + MEASURED)
        running.kill("worker")  # it has nothing left to do
        unnamed = _Load(running, itertools.islice(numbers, WITHOUT_PATIENT), id_only=True)
        asyncio.run(unnamed.send(CONNECTIONS))
        running.start_worker()
        _wait_for(running, QUIET + MEASURED + WITHOUT_PATIENT)
        killed = asyncio.run(_across_the_kill(running, itertools.islice(numbers, ACROSS_THE_KILL)))
        answered = quiet.answered | load.answered | unnamed.answered | killed
        return {
            "accepted_per_second": len(load.answered) / seconds,
            "refused": sum(len(each.unanswered) for each in (quiet, load, unnamed)),
            "processed_per_second_beside": beside / seconds,
            "answer_ms_median": statistics.median(load.milliseconds),
            "answer_ms_p95": statistics.quantiles(load.milliseconds, n=20)[-1],
            "quiet_answer_ms_p95": statistics.quantiles(quiet.milliseconds, n=20)[-1],
            "answered": len(answered),
            "processed_without_patient_per_second": _rate_of(running, min(unnamed.answered)),
            **_remains(running, answered),
        }
    finally:
        running.stop()


def _processes() -> "Running":
    from tests.smartapp.events.on_postgres import OnPostgres  # noqa: PLC0415
    from tests.smartapp.events.running import Running  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
    database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    extra = {"REDIS_URL": redis, "CELERY_BROKER_URL": redis} if redis else {}
    if database.startswith("postgres"):
        return OnPostgres(folder, extra=extra, server=database)
    return Running(folder, extra=extra)


def _wait_for(running: "Running", count: int) -> None:
    """Wait until the worker has done so many."""
    until = time.perf_counter() + _DRAIN_SECONDS
    while running.count("done") < count:
        if time.perf_counter() > until:
            raise TimeoutError("The worker processes nothing.")
        time.sleep(0.1)


def _rate_of(running: "Running", first: int) -> float:
    """Return events a second among those that came from number ``first`` on."""
    query = "SELECT ended_at FROM smartapp_inboundevent WHERE number >= ? AND number < ?"
    found = [at for (at,) in running.rows(query, first, first + WITHOUT_PATIENT)]
    ended = [datetime.fromisoformat(str(at)) for at in found]
    return len(ended) / (max(ended) - min(ended)).total_seconds()


async def _across_the_kill(running: "Running", numbers: Iterator[int]) -> set[int]:
    """Kill web and worker under load; send again what was not answered, as a sender does."""
    load = _Load(running, numbers)
    sending = asyncio.create_task(load.send(CONNECTIONS))
    while len(load.answered) < ACROSS_THE_KILL // 3:
        await asyncio.sleep(0.01)
    running.kill("web")
    running.kill("worker")
    await sending
    running.start_web()
    running.start_worker("another")
    again = _Load(running, itertools.chain(sorted(load.unanswered), load.numbers))
    await again.send(CONNECTIONS)
    return load.answered | again.answered


def _remains(running: "Running", answered: set[int]) -> dict[str, float]:
    stored = {number for (number,) in running.rows("SELECT number FROM smartapp_inboundevent")}
    started = time.perf_counter()
    left = waited_for = len(stored) - running.count("done")
    while left and time.perf_counter() - started < _DRAIN_SECONDS:
        time.sleep(0.1)
        left = len(stored) - running.count("done")
    seconds = time.perf_counter() - started
    query = (
        "SELECT count(*) FROM (SELECT number, lag(number) OVER "
        "(PARTITION BY lane ORDER BY ended_at) AS before FROM smartapp_inboundevent) AS ordered "
        "WHERE number < before"
    )
    return {
        "lost": len(answered - stored),
        "unprocessed": left,
        "out_of_order": running.rows(query)[0][0],
        "seconds_to_drain": seconds,
        "drained_per_second": (waited_for - left) / seconds,
    }
