"""A thread of each worker that seals, signs and publishes; of many, one at a time is the sealer."""

import logging
import threading
import time

from django.conf import settings
from django.db import connection

from audit.tree.publishing import publish
from audit.tree.sealing import BATCH, check_point, seal, waiting

logger = logging.getLogger(__name__)

_keepers: list[threading.Event] = []  # each ends its thread when set


def start() -> None:
    """Begin, unless ``LEDGER_SEAL_SECONDS`` is 0."""
    if not settings.LEDGER_SEAL_SECONDS:
        return
    ending = threading.Event()
    _keepers.append(ending)
    threading.Thread(target=Keeper(ending).run, name="ledger-sealer", daemon=True).start()


def stop() -> None:
    """End every keeper of this process."""
    while _keepers:
        _keepers.pop().set()


class Keeper:
    """Seals every ``LEDGER_SEAL_SECONDS``, signs and publishes ``LEDGER_CHECKPOINT_SECONDS``."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending
        self._signed = 0.0

    def run(self) -> None:
        """Go on until told to end."""
        while not self._ending.wait(settings.LEDGER_SEAL_SECONDS):
            self.look()

    def look(self) -> None:
        """One round; what breaks now may hold at the next."""
        try:
            self._seal()
            if time.monotonic() - self._signed >= settings.LEDGER_CHECKPOINT_SECONDS:
                self._signed = time.monotonic()
                check_point()
                publish()
        except Exception as error:  # the keeper must outlive any fault
            logger.warning("ledger_not_sealed", extra={"error": type(error).__name__})
        finally:
            # Never held open: a pool child forked meanwhile would share the connection.
            connection.close()

    @staticmethod
    def _seal() -> None:
        if not waiting():  # asked without holding anything
            return
        while seal() == BATCH:
            pass
