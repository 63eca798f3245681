"""The sandbox hospital's own charts, over HTTP: for who measures on them."""

import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import httpx2

from smartapp.demo.processes import Demonstration, Places, free_port

_SECONDS = 30


def sandbox_charts(
    days: Iterable[date], *, log: Callable[[str], object] = print
) -> dict[date, list[dict[str, Any]]]:
    """Every resource of the hospital's own charts as of each of ``days``, in the order made.

    Starts a sandbox hospital for as long as this takes. Raises ``CommandError`` where it does not
    start, and :class:`httpx2.HTTPError` where it does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="countersign-hospital-") as folder:
        running = Demonstration(Places(free_port(), free_port(), Path(folder)), log=log)
        try:
            address = running.start_hospital_alone()
            return {day: _as_of(address, day) for day in dict.fromkeys(days)}
        finally:
            running.stop()


def _as_of(address: str, day: date) -> list[dict[str, Any]]:
    answer = httpx2.get(
        f"{address}/control/charts", params={"today": day.isoformat()}, timeout=_SECONDS
    )
    resources: list[dict[str, Any]] = answer.raise_for_status().json()["resources"]
    return resources
