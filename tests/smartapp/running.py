"""Processes of ours over one data folder, web and workers, as they run in production."""

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

from tests.conftest import ROOT, free_port


@dataclass
class Processes:
    """``extra`` is laid over the environment; what each process says is in ``NAME.log``."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict, kw_only=True)
    port: int = field(default_factory=free_port, kw_only=True)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict, kw_only=True)

    def environment(self) -> dict[str, str]:
        """Return the environment of each process; subclasses lay theirs over it."""
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
        }

    def start_web(self) -> None:
        """Serve, and wait until it answers."""
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

    def start_worker(self, name: str = "worker") -> None:
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
        """Run a management command; return what it says."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """Run Python over the same folder; return what it says."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.environment(), check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "countersign.sqlite3", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def change(self, *statements: str) -> None:
        """Change what is in the database."""
        with closing(sqlite3.connect(self.folder / "countersign.sqlite3", timeout=20)) as database:
            for each in statements:
                database.execute(each)
            database.commit()


def wait_for(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("It did not come to be in time.")
        time.sleep(0.05)
