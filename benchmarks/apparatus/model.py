"""The slow stand-in for the model, as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from smartapp.demo.processes import ROOT, free_port


@contextmanager
def slow_model(pace_ms: float, *, statements: int = 100) -> Iterator[str]:
    """Start it and give its address; it ends with the ``with`` block."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.apparatus.slow_model", "--port", str(port)]
    command += ["--pace-ms", str(pace_ms), "--statements", str(statements)]
    process = subprocess.Popen(command, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def wire(address: str) -> dict[str, Any]:
    """Return what the model noted: ``{"wire": {request id: instants}, "most_at_once": n}``."""
    return dict(httpx2.get(f"{address}/wire", timeout=10).json())


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            httpx2.get(f"{address}/wire", timeout=1)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The slow model did not start.")
