"""Each process of a run of tests beside others has a data folder and a Redis database of its own."""

import re
from collections.abc import MutableMapping
from pathlib import Path

_REDIS = ("REDIS_URL", "COUNTERSIGN_TEST_REDIS")
_DONE = "COUNTERSIGN_TEST_WORKER"


def own_place(environment: MutableMapping[str, str]) -> None:
    """Move the addresses in ``environment`` to this pytest-xdist worker's; once, and alone it stays.

    The data folder becomes one below it, a Redis address goes on by the worker's number: of sixteen
    databases those from 9 on are for tests. Processes that a test starts inherit what is set here.
    """
    worker = environment.get("PYTEST_XDIST_WORKER", "")
    if not worker or environment.get(_DONE) == worker:
        return
    environment[_DONE] = worker
    environment["COUNTERSIGN_DATA_DIR"] = str(Path(environment["COUNTERSIGN_DATA_DIR"]) / worker)
    for name in _REDIS:
        if address := environment.get(name):
            environment[name] = redis_of(address, int(worker.removeprefix("gw")))


def redis_of(address: str, number: int) -> str:
    """Return ``address`` with the number of its database raised by ``number``."""
    return re.sub(r"/(\d+)$", lambda found: f"/{int(found[1]) + number}", address)
