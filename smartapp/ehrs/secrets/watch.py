"""A thread that fetches the secrets when a process starts, and again ahead of their end."""

import logging
import threading

from django.conf import settings
from django.db import connection

from smartapp.ehrs.secrets.keeper import fetch_all

logger = logging.getLogger(__name__)
_EVERY_SECONDS = 60.0


def start() -> threading.Thread | None:
    """Begin to watch, unless ``settings.EHR_SECRETS_WATCH`` is off; the process's end ends it."""
    if not settings.EHR_SECRETS_WATCH:
        return None
    thread = threading.Thread(target=_watch, name="secrets", daemon=True)
    thread.start()
    return thread


def look() -> None:
    """Fetch what is due. Nothing that goes wrong here may end the watch; askers are told."""
    try:
        fetch_all()
    except Exception as error:
        logger.warning("secrets_watch_failed", extra={"error": type(error).__name__})
    finally:
        connection.close()


def _watch() -> None:
    pause = threading.Event()
    while True:
        look()
        pause.wait(_EVERY_SECONDS)
