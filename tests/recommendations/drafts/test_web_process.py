"""The stream behind a real server: open streams do not keep it from ending."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests import migrated
from tests.conftest import ROOT, free_port

pytestmark = pytest.mark.stores

ASK = """
import django
django.setup()
from recommendations.drafts.stream import ticket
from recommendations.models import DraftProgress
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_stream import cookie_of
draft = people.draft(state="running")
DraftProgress.objects.create(draft=draft, kind="reading", detail={"source": "labs"})
print(cookie_of(draft.launch_id))
print(f"/l/{draft.launch_id}/drafts/{draft.pk}/events"
      f"?ticket={ticket(launch_id=draft.launch_id, draft_id=draft.pk)}")
"""
TELL = """
import django
django.setup()
from recommendations.models import Draft, DraftProgress
detail = {"position": 0, "section": "plan", "outcome": "checked"}
DraftProgress.objects.create(draft=Draft.objects.get(), kind="statement", detail=detail)
"""
LISTENERS = 12  # so many that hardly ever one process has them all


def test_a_server_with_an_open_stream_ends_at_once_and_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path, processes=1) as (server, environment, port):
        cookie, path = _output(environment, "-c", ASK).split()
        address = f"http://127.0.0.1:{port}{path}"
        with httpx2.stream("GET", address, headers={"Cookie": cookie}, timeout=10) as answer:
            assert answer.status_code == 200
            lines = answer.iter_lines()
            assert any("event: reading" in next(lines) for _ in range(6))
            server.send_signal(signal.SIGTERM)
            started = time.monotonic()
            rest = list(lines)  # ends without an error
            assert "event: state" not in rest
        assert server.wait(timeout=5) in {0, -signal.SIGTERM}
        assert time.monotonic() - started < 3


def test_news_reach_whoever_listens_at_whichever_process(tmp_path: Path) -> None:
    with (
        serving(tmp_path, processes=2) as (server, environment, port),
        ThreadPoolExecutor(LISTENERS) as pool,
        ExitStack() as streams,
    ):
        cookie, path = _output(environment, "-c", ASK).split()
        address = f"http://127.0.0.1:{port}{path}"

        def listening(_number: int) -> Iterator[str]:
            stream = httpx2.stream("GET", address, headers={"Cookie": cookie}, timeout=20)
            return streams.enter_context(stream).iter_lines()

        every = [listening(number) for number in range(LISTENERS)]
        heard = pool.map(lambda lines: any("event: reading" in line for line in lines), every)
        assert all(heard)
        assert len(_serving_processes(server)) == 2
        _output(environment, "-c", TELL)
        heard = pool.map(lambda lines: any("event: statement" in line for line in lines), every)
        assert all(heard)
        server.send_signal(signal.SIGTERM)
        started = time.monotonic()
        list(pool.map(list, every))  # each ends without an error
        assert server.wait(timeout=10) in {0, -signal.SIGTERM}
        assert time.monotonic() - started < 6


@contextmanager
def serving(
    folder: Path, *, processes: int
) -> Iterator[tuple["subprocess.Popen[bytes]", dict[str, str], int]]:
    """The web processes over a new database; ends what is left of them."""
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("DATABASE")},
        "DJANGO_SETTINGS_MODULE": "smartapp.settings",
        "COUNTERSIGN_DATA_DIR": str(folder),
        "COUNTERSIGN_BASE_URL": f"http://127.0.0.1:{port}",
        "WEB_CONCURRENCY": str(processes),
    }
    migrated.lay_into(folder)
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "smartapp.asgi:application"),
            *("--port", str(port), "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "3", "--timeout-worker-healthcheck", "30"),
        ],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        yield server, environment, port
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _serving_processes(server: "subprocess.Popen[bytes]") -> list[str]:
    """The children that serve; where there is one process, it has none."""
    told = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    lines = [Path(f"/proc/{pid}/cmdline").read_text() for pid in told]
    return [line for line in lines if "spawn_main" in line]


def _output(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            httpx2.get(f"http://127.0.0.1:{port}/nowhere", timeout=1)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The server did not start.")
