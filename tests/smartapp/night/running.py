"""A hospital with many patients, and workers of ours that read them by night, as processes."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.conftest import ROOT, Sandbox, free_port, start_sandbox

GROUP = "eG-volume"
VENDORS = {"epic": "epic", "oracle": "oracle_health", "generic": "generic"}


@dataclass
class Running:
    """The processes over one data folder; ``limit`` requests a second are enforced per token."""

    folder: Path
    personality: str = "oracle"
    patients: int = 40
    limit: float = 10
    extra: dict[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        (self.folder / "hospital").mkdir()
        self.sandbox: Sandbox
        self.sandbox, self._hospital = start_sandbox(
            f"http://127.0.0.1:{self.port}",
            "--volume", str(self.patients),
            SANDBOX_DATA_DIR=str(self.folder / "hospital"),
            SANDBOX_CLIENT_SECRET="nobody-asks-for-it",
            SANDBOX_REQUESTS_PER_SECOND=str(self.limit),
        )  # fmt: skip
        self.manage("migrate", "--verbosity", "0")
        self._run("-m", "tests.smartapp.night.setting_up")
        self.start_web()

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "COUNTERSIGN_DATA_DIR": str(self.folder),
            # A store of its own, looked into from here, whatever the tests around it run on.
            "DATABASE_URL": f"sqlite:///{self.folder / 'countersign.sqlite3'}",
            "REDIS_URL": "",
            "CELERY_BROKER_URL": "files://",
            "COUNTERSIGN_BASE_URL": f"http://127.0.0.1:{self.port}",
            "DJANGO_SETTINGS_MODULE": "smartapp.settings",
            "COUNTERSIGN_SECRETS_WATCH": "0",
            "TEST_ISSUER": self.sandbox.issuer(self.personality),
            "TEST_VENDOR": VENDORS[self.personality],
            "COUNTERSIGN_NIGHT_SWEEP_SECONDS": "1",
            **self.extra,
        }

    def start_web(self) -> None:
        """Serve our key set: the hospital asks for it before it sells a token."""
        self._start(
            "web", "uvicorn", "smartapp.asgi:application", "--host", "127.0.0.1",
            "--port", str(self.port), "--log-level", "warning", "--no-access-log",
        )  # fmt: skip
        address = f"http://127.0.0.1:{self.port}/.well-known/jwks.json"

        def answers() -> bool:
            try:
                return httpx2.get(address, timeout=5).status_code == 200
            except httpx2.TransportError:
                return False

        wait_for(answers, seconds=60)

    def start_worker(self, name: str) -> None:
        self._start(
            name, "celery", "-A", "smartapp", "worker", "--beat", "--concurrency", "1",
            "--loglevel", "WARNING", "--hostname", f"{name}@%h",
            "--schedule", str(self.folder / f"{name}-beat"),
        )  # fmt: skip

    def _start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments], cwd=ROOT, env=self.environment(),
                start_new_session=True, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def manage(self, *arguments: str) -> str:
        return self._run("manage.py", *arguments)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.environment(), check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    def begin(self) -> None:
        """Begin a night for every generated patient."""
        self.manage("night", "begin", "hospital", "--group", GROUP)

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        self._hospital.terminate()
        self._hospital.wait(timeout=10)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "countersign.sqlite3", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def count(self, state: str) -> int:
        query = "SELECT count(*) FROM smartapp_nightpatient WHERE state = ?"
        return int(self.rows(query, state)[0][0])

    def is_over(self) -> bool:
        return bool(self.rows("SELECT 1 FROM smartapp_night WHERE state != 'reading'"))

    def counters(self) -> dict[str, Any]:
        """What the hospital counted: by status, and the most of a token in a second."""
        told = dict(httpx2.get(f"{self.sandbox.base_url}/control/counters").json())
        tokens = [each for each in told["tokens"] if each["personality"] == self.personality]
        return {
            "statuses": told["statuses"].get(self.personality, {}),
            "requests": sum(each["requests"] for each in tokens),
            "peak": max((each["peak"] for each in tokens), default=0),
        }

    def forget_counters(self) -> None:
        httpx2.delete(f"{self.sandbox.base_url}/control/counters").raise_for_status()


def wait_for(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("It did not come to be in time.")
        time.sleep(0.05)
