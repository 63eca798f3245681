"""The watch over dropped drafts: a thread in each worker's main process and each web process."""

import logging
import threading

from django.conf import settings
from django.db import connection

from recommendations.drafts.sweep import sign_of_life, sweep

logger = logging.getLogger(__name__)

_stopping = threading.Event()


def start(*, worker: bool) -> threading.Thread:
    """Sweep now and then every few seconds; a worker also gives its sign of life."""
    _stopping.clear()
    thread = threading.Thread(target=_watch, args=(worker,), name="draft-keeper", daemon=True)
    thread.start()
    return thread


def stop() -> None:
    """End the watch."""
    _stopping.set()


def _watch(worker: bool) -> None:  # noqa: FBT001 - a thread's target
    while True:
        look(worker=worker)
        if _stopping.wait(settings.DRAFT_SWEEP_SECONDS):
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
