"""Telling the trail of refusals without letting whoever is refused fill it."""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, transaction

from audit import context
from audit.errors import LedgerUnavailable
from audit.events.notifications import NotificationRefused as Row
from audit.recorder import record
from smartapp.events.patience import patiently

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60.0
_SECONDS = 2.0  # those who are not refused wait behind it
ROWS_PER_WINDOW = 100  # of one process, whoever asks and whatever for


class Refusals:
    """One row per minute for each address, subscription and code; the rest is counted.

    Used by one thread.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._counts: dict[tuple[str, str, str], int] = {}
        self._left_over: dict[tuple[str, str, str], int] = {}

    def note(self, *, subscription_id: str, code: str, address: str) -> None:
        """Record a refusal, or count it for the next row of its kind."""
        if self._clock() - self._since >= WINDOW_SECONDS:
            self._since = self._clock()
            self._left_over = {key: count - 1 for key, count in self._counts.items() if count > 1}
            self._counts.clear()
        key = (address, subscription_id, code)
        if key not in self._counts and len(self._counts) >= ROWS_PER_WINDOW:
            key = ("", "", "flood")
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] == 1:
            self._record(key, more=self._left_over.pop(key, 0))

    @staticmethod
    def _record(key: tuple[str, str, str], *, more: int) -> None:
        address, subscription_id, code = key
        logger.warning("notification refused", extra={"code": code})

        def tell() -> None:
            with transaction.atomic():
                record(Row(subscription_id=subscription_id, code=code, more=more))

        try:
            with context.bind(actor="anonymous", address=address):
                patiently(tell, seconds=_SECONDS)
        except (DatabaseError, LedgerUnavailable) as error:
            # The refusal itself stands: nothing was let in.
            logger.warning("refusal not recorded", extra={"error": type(error).__name__})
