"""Two real workers at one night, and a hospital that counts what each second brought."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.smartapp.night.running import Running, wait_for

# Two workers that come up on a busy machine take their time.
pytestmark = pytest.mark.timeout(240)
PATIENTS = 70
SUCCEEDED = re.compile(r'smartapp\.night\.work\[[^"]*succeeded in [0-9.e-]+s: ([0-9]+)')


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    found = Running(
        tmp_path,
        personality="generic",
        patients=PATIENTS,
        extra={"COUNTERSIGN_NIGHT_LEASE_SECONDS": "20"},
    )
    yield found
    found.stop()


def read_once_each(running: Running) -> None:
    """Each patient is read, once, and the trail has it once; the chart is there, sealed."""
    assert running.count("read") == PATIENTS
    query = "SELECT count(*), count(DISTINCT patient_index) FROM audit_auditevent WHERE type = ?"
    assert running.rows(query, "night.patient_read") == [(PATIENTS, PATIENTS)]
    assert running.rows(query.replace("patient_index", "id"), "night.ended") == [(1, 1)]
    kept = "SELECT count(*) FROM smartapp_nightpatient WHERE length(chart_sealed) > 200"
    assert running.rows(kept) == [(PATIENTS,)]


def taken_up_by(running: Running, name: str) -> int:
    log = (running.folder / f"{name}.log").read_text()
    return sum(int(count) for count in SUCCEEDED.findall(log))


@pytest.mark.alone
def test_two_workers_share_a_night_and_keep_the_limit_together(running: Running) -> None:
    running.extra["COUNTERSIGN_LOG_LEVEL"] = "INFO"
    running.start_worker("one")
    running.start_worker("two")
    running.forget_counters()
    running.begin()
    wait_for(running.is_over, seconds=90)
    read_once_each(running)
    counted = running.counters()
    # The hospital enforces its limit and had nothing to refuse. On a busy machine a request may
    # arrive late and stand in one second with those after it, though it was sent in time.
    assert set(counted["statuses"]) == {"200"}
    assert counted["requests"] == PATIENTS + 1  # a batch each, and the group
    assert counted["peak"] <= running.limit + 2
    wait_for(
        lambda: taken_up_by(running, "one") + taken_up_by(running, "two") >= PATIENTS, seconds=20
    )
    assert min(taken_up_by(running, "one"), taken_up_by(running, "two")) > 0


def test_a_killed_workers_patients_are_taken_up_again_and_nobody_is_read_twice(
    running: Running,
) -> None:
    running.extra["COUNTERSIGN_NIGHT_LEASE_SECONDS"] = "8"
    running.start_worker("one")
    running.begin()
    wait_for(lambda: running.count("read") > 10, seconds=60)
    running.kill("one")
    left = "SELECT count(*) FROM smartapp_nightpatient WHERE lease_until IS NOT NULL"
    assert 0 < running.rows(left)[0][0] <= 4
    assert running.count("read") < PATIENTS
    running.start_worker("two")
    # A slot that died with its worker is free again after a while, and another is free at once.
    wait_for(running.is_over, seconds=120)
    read_once_each(running)
    assert set(running.counters()["statuses"]) == {"200"}


def test_a_worker_killed_beside_an_export_is_followed_by_another_and_few_requests_are_sent(
    tmp_path: Path,
) -> None:
    running = Running(tmp_path, personality="epic", patients=PATIENTS)
    try:
        running.start_worker("one")
        running.forget_counters()
        running.begin()
        begun = "SELECT 1 FROM smartapp_bulkexport WHERE state != 'asked'"
        wait_for(lambda: bool(running.rows(begun)), seconds=60)
        running.kill("one")
        # A worker that held the export keeps it until its lease is over; no test waits that long.
        running.change("UPDATE smartapp_bulkexport SET lease_until = NULL")
        running.start_worker("two")
        wait_for(running.is_over, seconds=120)
        read_once_each(running)
        counted = running.counters()
        assert set(counted["statuses"]) <= {"200", "202"}
        assert counted["requests"] <= 2 * PATIENTS
        assert running.rows("SELECT state, delete_due FROM smartapp_bulkexport") == [
            ("imported", 0)
        ]
        assert running.rows("SELECT count(*) FROM smartapp_nightpart") == [(0,)]
    finally:
        running.stop()
