"""Waiting for a turn to write beside busy workers.

SQLite has one writer at a time, and sleeps longer at each of its own tries: the counter, which a
sender waits for, would never get in. So its connection does not wait by itself, and every
transaction of it is made through here.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

_PAUSE_SECONDS = 0.001
R = TypeVar("R")


def patiently(act: Callable[[], R], *, seconds: float) -> R:
    """Do a whole transaction, on SQLite again and again until it has its turn.

    After so many seconds the last ``OperationalError`` is raised.
    """
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        return act()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=0")
    until = time.monotonic() + seconds
    while True:
        try:
            return act()
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_SECONDS)
