"""What a demonstration started ends with it, however it ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smartapp.demo import guard

SLEEPER = [sys.executable, "-c", "import time; time.sleep(120)"]
STARTER = """
import subprocess, sys, time
part = subprocess.Popen({sleeper!r}, start_new_session=True)
guard = subprocess.Popen([sys.executable, {guard!r}], stdin=subprocess.PIPE, start_new_session=True)
guard.stdin.write(b"+%d\\n" % part.pid)
guard.stdin.flush()
print(part.pid, flush=True)
time.sleep(120)
"""


def alive(group: int) -> bool:
    """Whether any process of a group still runs; the dead that nobody waited for do not count."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-g", str(group)], check=False, capture_output=True, text=True
    )
    return any(not state.startswith("Z") for state in listed.stdout.split())


def gone_within(group: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not alive(group):
            return True
        time.sleep(0.05)
    return False


def test_a_killed_starter_leaves_nothing_running() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(sleeper=SLEEPER, guard=str(Path(guard.__file__)))],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    part = int(starter.stdout.readline())
    assert alive(part)
    starter.kill()
    starter.communicate()
    assert gone_within(part, 10)


@pytest.fixture
def part() -> "subprocess.Popen[bytes]":
    """A process that leads a group of its own."""
    return subprocess.Popen(SLEEPER, start_new_session=True)


def test_a_group_that_has_ended_is_not_ended_again(part: "subprocess.Popen[bytes]") -> None:
    # Its number may be another's by now.
    guard.guard([f"+{part.pid}\n", f"-{part.pid}\n"])
    assert part.poll() is None
    part.kill()
    part.wait()


def test_a_group_that_is_left_is_ended(part: "subprocess.Popen[bytes]") -> None:
    guard.guard([f"+{part.pid}\n"])
    assert part.wait(timeout=5) != 0
    with pytest.raises(ProcessLookupError):
        os.killpg(part.pid, 0)
