"""Waking workers for what was stored: not once per event, but a few times a second at most.

A message says only that there is work. One that is lost is made up for by the sweep.
"""

import logging
import threading

from kombu.exceptions import OperationalError

from smartapp.celery import app

logger = logging.getLogger(__name__)

TASK = "smartapp.events.process"
PAUSE_SECONDS = 0.25


def wake() -> None:
    """Send one message; a broker that is down is the sweep's to make up for."""
    try:
        app.send_task(TASK, retry=False, expires=60)
    except (OperationalError, OSError) as error:
        logger.warning("broker_unreachable", extra={"error": type(error).__name__})


class Waker:
    """Sends from a thread of its own, so that a slow broker delays no answer to a sender."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        threading.Thread(target=self._run, name="events-waker", daemon=True).start()

    def want(self) -> None:
        """Have workers woken soon."""
        self._wanted.set()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._wanted.wait()
            self._wanted.clear()
            wake()
            pause.wait(PAUSE_SECONDS)
