"""The stream behind a real server: open streams do not keep it from ending."""

import os
import signal
import subprocess
import sys
import time
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


def test_a_server_with_an_open_stream_ends_at_once_and_cleanly(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("DATABASE")},
        "DJANGO_SETTINGS_MODULE": "smartapp.settings",
        "COUNTERSIGN_DATA_DIR": str(tmp_path),
        "COUNTERSIGN_BASE_URL": f"http://127.0.0.1:{port}",
    }
    migrated.lay_into(tmp_path)
    cookie, path = _output(environment, "-c", ASK).split()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "smartapp.asgi:application"),
            *("--port", str(port), "--log-level", "warning"),
        ],
        cwd=ROOT,
        env=environment,
    )
    try:
        _wait_for(port)
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
    finally:
        server.kill()
        server.wait()


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
    for _ in range(150):
        try:
            httpx2.get(f"http://127.0.0.1:{port}/nowhere", timeout=1)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The server did not start.")
