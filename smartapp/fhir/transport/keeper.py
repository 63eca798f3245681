"""The one thread of a process that stores and logs answers, once the page they are for has left.

Sealing and writing a few hundred results beside the page costs the clinician three milliseconds of
waiting; nobody waits for what is kept. What must find it kept comes after it, in the same thread.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec

# From an EHR's last answer to the last byte of the page it is some 20 ms.
_GIVES_WAY_SECONDS = 0.04

logger = logging.getLogger(__name__)
P = ParamSpec("P")
_keepers: dict[int, ThreadPoolExecutor] = {}
_lock = threading.Lock()


def keep(work: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Do ``work`` soon, but not at once."""
    due = time.monotonic() + _GIVES_WAY_SECONDS

    def later() -> None:
        time.sleep(max(0.0, due - time.monotonic()))
        work(*args, **kwargs)

    _keeper().submit(_told, later)


def afterwards(work: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> "Future[None]":
    """Do ``work`` when all is kept that was to be kept until now; at once where that is nothing."""
    return _keeper().submit(_told, lambda: work(*args, **kwargs))


def _told(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as error:  # nobody waits for it; its message may quote the chart
        logger.error("work of the keeper failed", extra={"kind": type(error).__name__})  # noqa: TRY400


def _keeper() -> ThreadPoolExecutor:
    """Return this process's own: a forked worker has another."""
    with _lock:
        return _keepers.setdefault(os.getpid(), ThreadPoolExecutor(1, thread_name_prefix="cache"))
