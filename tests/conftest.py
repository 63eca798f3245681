"""Shared fixtures: the sandbox hospital over HTTP, and a fixed cast of people."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import hypothesis
import pytest
from django.db import connection

# A busy machine makes a good test slow, not wrong.
hypothesis.settings.register_profile(
    "countersign", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("countersign")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("COUNTERSIGN_SHARED_DATA", ROOT.parent / "shared" / "data"))

ISSUER_PATHS = {
    "epic": "/epic/interconnect/api/FHIR/R4",
    "oracle": "/oracle/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d",
    "generic": "/generic/fhir",
}


_OF_A_STORE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--stores``: for the second run, on another database and cache."""
    parser.addoption(
        "--stores",
        action="store_true",
        help="only the modules that speak to the database, the cache or the broker",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tell of the mark that goes with ``--stores``."""
    config.addinivalue_line(
        "markers", "stores: speaks to the cache or the broker without a fixture that tells so"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--stores``, leave out the modules that no store could make a difference to."""
    if not config.getoption("--stores"):
        return
    speaking = {item.path for item in items if _speaks_to_a_store(item)}
    config.hook.pytest_deselected(items=[each for each in items if each.path not in speaking])
    items[:] = [each for each in items if each.path in speaking]


def _speaks_to_a_store(item: pytest.Item) -> bool:
    marked = any(map(item.get_closest_marker, ("django_db", "services", "stores")))
    return marked or bool(_OF_A_STORE & set(getattr(item, "fixturenames", ())))


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox hospital."""

    base_url: str
    app_url: str

    def issuer(self, personality: str) -> str:
        """The FHIR base of a personality."""
        return self.base_url + ISSUER_PATHS[personality]

    def launch(self, personality: str, **values: Any) -> dict[str, Any]:
        """Have the EHR make a launch: ``{"launch": …, "iss": …, "url": …}``."""
        answer = httpx2.post(f"{self.base_url}/ehr/{personality}/launch/", json=values)
        return dict(answer.raise_for_status().json())


def start_sandbox(app_url: str, *arguments: str, **environment: str) -> tuple[Sandbox, Any]:
    """Start ``python -m sandbox`` on a free port; return it with its process."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "SANDBOX_PORT": str(port),
            "SANDBOX_BASE_URL": base_url,
            "SANDBOX_APP_URL": app_url,
            "DJANGO_SETTINGS_MODULE": "sandbox.settings",
            **environment,
        },
    )
    for _ in range(200):
        try:
            if httpx2.get(f"{base_url}/health", timeout=1).status_code == 200:
                return Sandbox(base_url, app_url), process
        except httpx2.TransportError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise RuntimeError("The sandbox did not start.")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Hang up who is still connected before PostgreSQL is asked to drop the test's database.

    A thread of the live server keeps its connection as long as Chromium keeps its own to it.
    """
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox hospital that sends launches to http://localhost:8000."""
    running, process = start_sandbox("http://localhost:8000")
    yield running
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of synthetic charts and evaluation sets beside the project."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The shared data is not here, and in CI nothing is skipped for want of it.")
        pytest.skip("The shared data is not here; set COUNTERSIGN_SHARED_DATA to its folder.")
    return SHARED_DATA
