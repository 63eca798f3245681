"""Processing by real workers: once, in order, by two at a time, and across deaths."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.smartapp.events.running import Running, wait_for

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def running(tmp_path: Any) -> Iterator[Running]:
    all_of_it = Running(tmp_path)
    all_of_it.start_web()
    yield all_of_it
    all_of_it.stop()


def told(who: str, step: int, kind: str = "test.note") -> dict[str, Any]:
    return {"id": f"{who}-{step}", "type": kind, "patient": who, "data": {"who": who, "step": step}}


def diary(running: Running) -> list[tuple[str, int]]:
    path = running.folder / "diary.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def test_two_workers_process_each_event_once_and_each_patient_in_order(running: Running) -> None:
    people = [f"p-{number}" for number in range(8)]

    def send(who: str) -> None:
        for step in range(12):
            event = told(who, step, "test.slow")
            assert running.call(event).status_code == 200
            if random.random() < 0.3:
                running.call(event)  # once more

    running.start_worker("one")
    running.start_worker("two")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, people))
    wait_for(lambda: running.count("done") == 96, seconds=60)
    assert max(Counter(diary(running)).values()) == 1
    steps = defaultdict(list)
    for who, step in diary(running):
        steps[who].append(step)
    assert all(steps[who] == list(range(12)) for who in people)
    changes = running.rows("SELECT count(*) FROM smartapp_patientchange")
    assert changes == [(8,)]
    bodies = running.rows("SELECT count(*) FROM smartapp_inboundevent WHERE body_sealed NOT NULL")
    assert bodies == [(0,)]


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(running: Running) -> None:
    for step in range(5):
        running.call(told("p-1", step, "test.die" if step == 2 else "test.note"))
    running.start_worker()
    wait_for(lambda: running.count("done") == 5, seconds=60)
    # The one under way was begun again; what was done before it was not.
    assert diary(running) == [("p-1", step) for step in (0, 1, 2, 2, 3, 4)]
    assert running.rows("SELECT count(*) FROM smartapp_patientchange") == [(2,)]


def test_web_and_worker_killed_lose_nothing_that_was_answered(running: Running) -> None:
    running.start_worker()
    accepted = []
    for step in range(60):
        accepted.append(running.call(told("p-1", step)).json()["accepted"])
        if step == 30:
            running.kill("worker")
    running.kill("web")
    assert sum(accepted) == 60
    assert running.count() == 60
    running.start_worker("another")
    wait_for(lambda: running.count("done") == 60, seconds=60)
    assert sorted(set(diary(running))) == [("p-1", step) for step in range(60)]


def test_a_failing_event_dies_alone_and_can_be_replayed(running: Running) -> None:
    running.start_worker()
    running.call(told("p-1", 0, "test.fail"))
    running.call(told("p-1", 1))
    running.call(told("p-2", 0))
    wait_for(lambda: ("p-2", 0) in diary(running))
    wait_for(lambda: running.count("dead") == 1, seconds=60)
    wait_for(lambda: ("p-1", 1) in diary(running))
    (row,) = running.rows("SELECT code, attempts FROM smartapp_inboundevent WHERE state = 'dead'")
    assert row == ("handler_failed:ValueError", 2)
    assert b"a text with p-1" not in running.everything_written()
    (running.folder / "mended").touch()
    replayed = running.manage("dead_events", "replay", "--all")
    assert "Put back: 1." in replayed
    wait_for(lambda: running.count("done") == 3)
    assert ("p-1", 0) in diary(running)
    assert "0 dead." in running.manage("dead_events")
    time.sleep(0.2)
    assert diary(running).count(("p-1", 0)) == 1
