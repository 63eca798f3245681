"""Ends what a demonstration started when the process that started it is gone.

Its standard input is a pipe from that process: ``+123`` names a process group to end, ``-123`` one
that has ended. A killed process cannot tidy up, but the system closes its end of the pipe, on every
system alike. Run as a file, and on its own: it imports nothing of the product.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

_PATIENCE_SECONDS = 5.0


def guard(lines: Iterable[str]) -> None:
    """Read until the other end is gone, then end every group that is left."""
    groups: dict[int, None] = {}
    for line in lines:
        if line.startswith("+"):
            groups[int(line[1:])] = None
        else:
            groups.pop(int(line[1:]), None)
    for group in groups:
        _end(group, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and any(_end(group, 0) for group in groups):
        time.sleep(0.1)
    for group in groups:
        _end(group, signal.SIGKILL)


def _end(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
        return False
    return True


if __name__ == "__main__":
    guard(sys.stdin)
