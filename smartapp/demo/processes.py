"""The processes of a demonstration, started together and ended together."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import httpx2
from django.core.management.base import CommandError

from smartapp.demo import guard

ROOT = Path(__file__).resolve().parent.parent.parent
_START_SECONDS = 60
_STOP_SECONDS = 10


def free_port() -> int:
    """Return a TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Places:
    """Where the parts listen, and where they keep what they write."""

    app_port: int
    sandbox_port: int
    data_dir: Path
    # Known to the pretend hospital and to the app, and to nobody for longer than they run.
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def app_url(self) -> str:
        """The app's own origin: ``localhost``, another site than the EHR's ``127.0.0.1``."""
        return f"http://localhost:{self.app_port}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox hospital's origin."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def environment(self) -> dict[str, str]:
        """Return the environment every part is started with."""
        return {
            **os.environ,
            "COUNTERSIGN_ENVIRONMENT": "local",
            "COUNTERSIGN_BASE_URL": self.app_url,
            "COUNTERSIGN_DATA_DIR": str(self.data_dir),
            "DJANGO_SETTINGS_MODULE": "smartapp.settings",
            "SANDBOX_PORT": str(self.sandbox_port),
            "SANDBOX_BASE_URL": self.sandbox_url,
            "SANDBOX_APP_URL": self.app_url,
            "SANDBOX_CLIENT_SECRET": self.client_secret,
            "PYTHONUNBUFFERED": "1",
        }


@dataclass
class Demonstration:
    """Sandbox, web and worker as child processes; a context manager."""

    places: Places
    sandbox_arguments: tuple[str, ...] = ()
    log: Callable[[str], object] = print
    environment: dict[str, str] = field(default_factory=dict)
    slots: tuple[str, ...] = ("--concurrency", "2")  # of a worker: how many, and of which kind
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Demonstration":
        """Prepare the database and start everything; ready when this returns."""
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything that was started."""
        self.stop()

    def _start_all(self) -> None:
        self._start_hospital()
        self.log("Preparing the database")
        self.manage("migrate", "--verbosity", "0")
        self.manage("connect_sandbox", "--base-url", self.places.sandbox_url)
        self.log("Starting the app and a worker")
        self._start(
            "web", "-m", "uvicorn", "smartapp.asgi:application", "--host", "127.0.0.1",
            "--port", str(self.places.app_port), "--log-level", "warning",
            "--timeout-graceful-shutdown", "3", "--no-server-header",
            # With more than one process, a busy one is not taken for a dead one.
            "--timeout-worker-healthcheck", "30",
            # An access log would hold the callback's code and state.
            "--no-access-log",
        )  # fmt: skip
        self.start_worker()
        self._wait_for("sandbox", f"{self.places.sandbox_url}/health")
        self._wait_for("web", f"{self.places.app_url}/.well-known/jwks.json")

    def start_hospital_alone(self) -> str:
        """Start the sandbox hospital and nothing else; return its address once it answers."""
        self._start_hospital()
        self._wait_for("sandbox", f"{self.places.sandbox_url}/health")
        return self.places.sandbox_url

    def _start_hospital(self) -> None:
        self.log("Starting the sandbox hospital")
        self._start("sandbox", "-m", "sandbox", *self.sandbox_arguments, module="sandbox.settings")

    def start_worker(self, name: str = "worker") -> None:
        """Start a worker, which is ready some seconds later; ``name`` is for :meth:`kill`."""
        self._start(
            name, "-m", "celery", "-A", "smartapp", "worker", "--beat", *self.slots,
            "--loglevel", "WARNING", "--hostname", f"{name}@%h",
            "--schedule", str(self.places.data_dir / f"{name}-beat"),
        )  # fmt: skip

    def manage(self, *arguments: str) -> str:
        """Run a management command with the demonstration's environment; return its output."""
        done = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.places.environment() | self.environment,
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise CommandError(f"manage.py {arguments[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _start(self, name: str, *arguments: str, module: str = "smartapp.settings") -> None:
        environment = {
            **self.places.environment(), **self.environment, "DJANGO_SETTINGS_MODULE": module,
        }  # fmt: skip
        self.places.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.places.data_dir / f"{name}.log").open("ab") as output:
            # Each part leads its own group, so that the worker's children end with it.
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, *arguments],
                cwd=ROOT, env=environment, start_new_session=True,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._tell_guard(f"+{self._running[name].pid}")

    def _tell_guard(self, words: str) -> None:
        """Have somebody outlive us: a killed test run must not leave a hospital behind."""
        if self._guard is None:
            self._guard = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, str(Path(guard.__file__))],
                stdin=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
        if self._guard.stdin is not None:
            with suppress(BrokenPipeError):  # without a guard things end as they did before
                self._guard.stdin.write(f"{words}\n".encode())
                self._guard.stdin.flush()

    def _wait_for(self, name: str, address: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            self.raise_if_ended()
            try:
                if httpx2.get(address, timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise CommandError(f"The {name} did not answer; see {self.places.data_dir / name}.log")

    def raise_if_ended(self) -> None:
        """Raise :class:`CommandError` where a part has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise CommandError(
                    f"The {name} ended (status {process.returncode}); "
                    f"see {self.places.data_dir / name}.log"
                )

    def kill(self, name: str) -> None:
        """End one part at once with SIGKILL, its children too."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell_guard(f"-{process.pid}")

    def stop(self) -> None:
        """Ask every part to end; after some seconds, make it."""
        for process in self._running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self._tell_guard(f"-{process.pid}")
        self._running.clear()
        if self._guard is not None:
            self._guard.communicate()
            self._guard = None
