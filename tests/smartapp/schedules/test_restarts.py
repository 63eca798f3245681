"""A real worker that is killed in the middle of a scheduled round, and the one after it."""

from pathlib import Path

import pytest

from tests.smartapp.night.running import GROUP, Running, wait_for

pytestmark = pytest.mark.timeout(240)
PATIENTS = 12


def test_a_round_that_lost_its_worker_is_ended_by_the_next_and_begun_once(tmp_path: Path) -> None:
    extra = {
        "COUNTERSIGN_SCHEDULES_SWEEP_SECONDS": "1",
        "COUNTERSIGN_SCHEDULES_LEASE_SECONDS": "6",
    }
    running = Running(tmp_path, personality="generic", patients=PATIENTS, limit=60, extra=extra)
    try:
        said = running.manage(
            "schedule", "set", "hospital", "changes", "--group", GROUP, "--every-minutes", "60"
        )
        assert "every 60 minutes" in said
        running.change("UPDATE smartapp_schedule SET next_at = created_at")
        running.start_worker("one")
        done = "SELECT position FROM smartapp_schedule"
        wait_for(lambda: running.rows(done)[0][0] >= 2, seconds=90)
        running.kill("one")
        assert running.rows(done)[0][0] < PATIENTS
        running.start_worker("two")
        ended = "SELECT ended_at FROM smartapp_schedule WHERE running_since IS NULL"
        wait_for(lambda: bool(running.rows(ended)), seconds=120)
        assert running.rows("SELECT position, code FROM smartapp_schedule") == [(PATIENTS, "")]
        told = "SELECT count(*) FROM audit_auditevent WHERE type = ?"
        assert running.rows(told, "schedule.begun") == [(1,)]
        assert running.rows(told, "schedule.ended") == [(1,)]
        assert "last: " in running.manage("schedule")
    finally:
        running.stop()
