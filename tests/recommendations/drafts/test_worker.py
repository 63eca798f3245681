"""A real worker, killed in the middle: nothing is lost, nothing is made twice, nothing hangs."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from tests import migrated
from tests.conftest import ROOT
from tests.stand_in_model import Server

REDIS = os.environ.get("COUNTERSIGN_TEST_REDIS", "redis://127.0.0.1:6379/9")


class House:
    """A data folder with its database, its workers and the model's stand-in."""

    def __init__(self, folder: Path, model: Server, **environment: str) -> None:
        self.folder = folder
        self.model = model
        self.workers: list[subprocess.Popen[bytes]] = []
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANTHROPIC_", "DATABASE"))}
        self.environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "smartapp.settings",
            "COUNTERSIGN_DATA_DIR": str(folder),
            "COUNTERSIGN_DRAFT_LEASE_SECONDS": "3",
            "COUNTERSIGN_DRAFT_SWEEP_SECONDS": "1",
            "COUNTERSIGN_MODEL_BASE_URL": model.url,
            "ANTHROPIC_API_KEY": "stand-in",
            **environment,
        }

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_worker(self) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker{len(self.workers)}.log").open("wb")
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "tests.recommendations.drafts.worker"),
                *("worker", "-c", "2", "--without-gossip", "--without-mingle"),
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.workers.append(worker)
        return worker

    def rows(self, sql: str) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.folder / "countersign.sqlite3", timeout=20)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql)]
        finally:
            connection.close()

    def drafts(self) -> list[dict[str, Any]]:
        return self.rows("SELECT id, state, attempts, failure_code FROM recommendations_draft")

    def wait(self, condition: Callable[[], bool], seconds: float) -> float:
        started = time.monotonic()
        while not condition():
            assert time.monotonic() - started < seconds, (self.drafts(), self.logs())
            time.sleep(0.1)
        return time.monotonic() - started

    def logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self.folder.glob("worker*.log"))

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.services)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    environment = {}
    if request.param == "redis":
        redis.Redis.from_url(REDIS).flushdb()
        environment["CELERY_BROKER_URL"] = REDIS
    with Server() as model:
        there = House(tmp_path, model, **environment)
        migrated.lay_into(tmp_path)
        yield there
        there.close()


def kill(worker: subprocess.Popen[bytes]) -> None:
    """The whole worker at once, main process and children."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def test_drafts_of_a_killed_worker_are_taken_up_and_made_once(house: House) -> None:
    house.model.control.set({"pace_ms": 60})
    first = house.start_worker()
    house.run("-m", "tests.recommendations.drafts.worker", "3")

    def some_statements() -> bool:
        return len(house.rows("SELECT id FROM recommendations_statement")) >= 2

    house.wait(some_statements, 30)
    kill(first)
    assert any(draft["state"] == "running" for draft in house.drafts())
    killed_at = time.monotonic()
    house.model.control.set({"pace_ms": 5})
    house.start_worker()
    house.wait(lambda: all(draft["state"] == "ready" for draft in house.drafts()), 30)
    assert time.monotonic() - killed_at < 30

    assert max(draft["attempts"] for draft in house.drafts()) == 2
    ready = house.rows("SELECT draft_id FROM audit_auditevent WHERE type = 'draft.ready'")
    assert len(ready) == len({row["draft_id"] for row in ready}) == 3
    taken = house.rows("SELECT draft_id FROM audit_auditevent WHERE type = 'draft.taken_up'")
    assert len(taken) >= 1
    for draft in house.drafts():
        positions = house.rows(
            "SELECT position FROM recommendations_statement "
            f"WHERE draft_id = '{draft['id']}' ORDER BY position"
        )
        assert [row["position"] for row in positions] == list(range(len(positions)))
        assert len(positions) >= 4


def test_a_worker_killed_while_statements_are_checked_again_leaves_none_of_it(
    house: House,
) -> None:
    slow = {"pace_ms": 2, "seeded": ["dose"], "mending_pace_ms": 400}
    house.model.control.set(slow)
    first = house.start_worker()
    house.run("-m", "tests.recommendations.drafts.worker", "1")

    def being_checked_again() -> bool:
        return bool(house.rows("SELECT id FROM recommendations_draftprogress WHERE kind = 'again'"))

    house.wait(being_checked_again, 30)
    kill(first)
    assert [draft["state"] for draft in house.drafts()] == ["running"]
    house.model.control.set({**slow, "mending_pace_ms": 2})
    house.start_worker()
    house.wait(lambda: house.drafts()[0]["state"] == "ready", 30)
    assert house.drafts()[0]["attempts"] == 2
    rows = house.rows("SELECT id, position, outcome FROM recommendations_statement")
    given_way = house.rows("SELECT statement_id, replacement_id FROM recommendations_supersession")
    assert len(given_way) == 1, "the second worker's own"
    gone = given_way[0]["statement_id"]
    assert [row["outcome"] for row in rows if row["id"] == gone] == ["contradicted"]
    assert {row["outcome"] for row in rows if row["id"] != gone} == {"checked"}
    assert sorted(row["position"] for row in rows) == list(range(len(rows)))


_AT_THE_MODEL = (
    "SELECT id FROM recommendations_draft WHERE state = 'running' AND with_model "
    "AND lease_until > strftime('%Y-%m-%d %H:%M:%f', 'now')"
)


def watched(house: House, seconds: float) -> int:
    """Wait until every draft is ready; return the most that were with the model at once."""
    most = 0

    def ready() -> bool:
        nonlocal most
        most = max(most, len(house.rows(_AT_THE_MODEL)))
        return all(draft["state"] == "ready" for draft in house.drafts())

    house.wait(ready, seconds)
    return most


def test_no_more_drafts_are_with_the_model_than_there_are_places(house: House) -> None:
    house.environment["COUNTERSIGN_MODEL_PLACES"] = "2"
    house.model.control.set({"pace_ms": 60})  # long enough to be seen on a busy machine
    for _ in range(2):
        house.start_worker()  # of two slots each
    house.run("-m", "tests.recommendations.drafts.worker", "6")
    assert watched(house, 90) == 2
    assert all(draft["attempts"] == 1 for draft in house.drafts())


def test_a_killed_worker_keeps_no_place_from_the_others(house: House) -> None:
    house.environment["COUNTERSIGN_MODEL_PLACES"] = "1"
    house.model.control.set({"pace_ms": 60})
    first = house.start_worker()
    house.run("-m", "tests.recommendations.drafts.worker", "3")
    house.wait(lambda: bool(house.rows(_AT_THE_MODEL)), 30)
    kill(first)
    house.model.control.set({"pace_ms": 5})
    house.start_worker()
    assert watched(house, 60) == 1
    assert sorted(draft["attempts"] for draft in house.drafts()) == [1, 1, 2]
