"""A worker of many threads over SQLite does not start, and says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smartapp.slots import ON_SQLITE, refused
from tests.conftest import ROOT

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"


@pytest.mark.parametrize(
    ("pool", "slots", "engine", "starts"),
    [
        ("threads", ON_SQLITE, SQLITE, True),
        ("threads", ON_SQLITE + 1, SQLITE, False),
        ("threads", "auto", SQLITE, False),
        ("threads", 110, POSTGRESQL, True),
        ("prefork", 64, SQLITE, True),
        ("solo", 1, SQLITE, True),
    ],
)
def test_threads_over_sqlite_are_so_many_at_most(
    pool: str, slots: int | str, engine: str, starts: bool
) -> None:
    assert (refused(pool, slots, engine) == "") is starts


def test_the_worker_ends_with_the_reason_before_it_takes_any_work(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "COUNTERSIGN_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'countersign.sqlite3'}",
        "REDIS_URL": "",
        "CELERY_BROKER_URL": "files://",
        "DJANGO_SETTINGS_MODULE": "smartapp.settings",
    }
    command = ["-m", "celery", "-A", "smartapp", "worker", "--pool", "threads", "-c", "17"]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "worker_slots_sqlite: this worker would have 17 threads" in done.stderr
