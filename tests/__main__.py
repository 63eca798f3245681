"""``make test``: the whole suite on SQLite, then what touches a store on PostgreSQL and Redis.

Services are looked for at ``COUNTERSIGN_TEST_POSTGRES`` (a database address) and
``COUNTERSIGN_TEST_REDIS``; by default on this machine's standard ports. Where one is missing,
that part is skipped, saying so; with ``CI=true`` it is a failure.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

POSTGRES = os.environ.get(
    "COUNTERSIGN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres"
)
REDIS = os.environ.get("COUNTERSIGN_TEST_REDIS", "redis://127.0.0.1:6379/9")
ROOT = Path(__file__).resolve().parent.parent
# Most of the time passes in waiting, for processes and HTTP: twice as many as the cores that CI
# has. Who is idle takes over from who is not.
BESIDE = ["-n", "4", "--dist", "worksteal"]
# Each starts the product and Chromium, a module at a time.
BROWSERS = ["-n", "2", "--dist", "loadfile"]
# Rooms whose code talks to the database, the cache or the broker.
ON_SERVICES = [
    "tests/audit",
    "tests/encryption",
    "tests/recommendations",
    "tests/smartapp",
]


def _answers(probe: Callable[[], object]) -> bool:
    try:
        probe()
    except (psycopg.OperationalError, redis.exceptions.ConnectionError):
        return False
    return True


def services() -> list[str]:
    """Return what is missing, in words; an empty list when both services answer."""
    missing = []
    if not _answers(lambda: psycopg.connect(POSTGRES, connect_timeout=3).close()):
        missing.append(f"PostgreSQL does not answer (COUNTERSIGN_TEST_POSTGRES={POSTGRES})")
    if not _answers(lambda: redis.Redis.from_url(REDIS).ping()):
        missing.append(f"Redis does not answer (COUNTERSIGN_TEST_REDIS={REDIS})")
    return missing


def pytest(*arguments: str, **environment: str) -> int:
    """Run pytest; "no tests" counts as a failure, as every run here has some."""
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    # Some containers forbid it; but dozens of processes would each compile all of it anew.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, env={**kept, **environment}, check=False).returncode


def part(*arguments: str, rooms: list[str], without: str = "", **environment: str) -> int:
    """Run one part: side by side what may be, then what measures time, alone."""
    only = f" and not {without}" if without else ""
    steps = [
        [*BESIDE, "-m", f"not alone and not browser{only}", *rooms],
        [*BROWSERS, "-m", f"browser and not alone{only}", *marked("browser", rooms)],
        ["-m", f"alone{only}", *marked("alone", rooms)],
    ]
    for step in steps:
        if status := pytest(*step, *arguments, **environment):
            return status
    return 0


def marked(word: str, rooms: list[str]) -> list[str]:
    """Return where a mark is given: each process that looks for it in all tests takes long."""
    files = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    found = [path for path in files if f"mark.{word}" in path.read_text(encoding="utf-8")]
    # A conftest marks all of its room.
    return [str(each.parent if each.name == "conftest.py" else each) for each in found]


def main(arguments: list[str]) -> int:
    """Run both parts, or pytest once with the arguments given; return the exit status."""
    missing = services()
    if missing and os.environ.get("CI") == "true":
        print("\n".join(missing))
        return 1
    if arguments:
        return pytest(*arguments)
    status = part(rooms=["tests"], without="services")
    if missing:
        print("Skipped the part that needs services: " + "; ".join(missing))
        return status
    if status:
        return status
    print("\nThe same on PostgreSQL and Redis:")
    return part(
        "--stores",
        rooms=ON_SERVICES,
        DATABASE_URL=POSTGRES,
        REDIS_URL=REDIS,
        COUNTERSIGN_TEST_REDIS=REDIS,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
