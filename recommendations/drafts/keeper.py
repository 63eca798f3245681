"""The watch over dropped drafts: a thread in each worker's main process and each web process."""

import logging
import threading

from django.conf import settings
from django.db import connection

from recommendations.drafts.sweep import sign_of_life, sweep

logger = logging.getLogger(__name__)

_watches: list[threading.Event] = []  # each ends its thread when set


def start(*, worker: bool) -> None:
    """Sweep now and then every few seconds; a worker also gives its sign of life."""
    ending = threading.Event()
    _watches.append(ending)
    threading.Thread(target=_watch, args=(ending, worker), name="draft-keeper", daemon=True).start()


def stop() -> None:
    """End every watch of this process."""
    while _watches:
        _watches.pop().set()


def _watch(ending: threading.Event, worker: bool) -> None:  # noqa: FBT001 - a thread's target
    while True:
        look(worker=worker)
        if ending.wait(settings.DRAFT_SWEEP_SECONDS):
            return


def look(*, worker: bool) -> None:
    """One round; a database or cache that is away now may be back at the next."""
    try:
        if worker:
            sign_of_life()
        sweep()
    except Exception as error:  # the watch must outlive any fault
        logger.warning("watch_missed", extra={"error": type(error).__name__})
    finally:
        # Never held open: a pool child forked meanwhile would share the connection.
        connection.close()
