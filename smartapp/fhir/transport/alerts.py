"""Telling operations of failures that do not mend themselves: log, counter, webhook, mail.

A failure is always counted and, the first time in a while, told; whatever else the same EHR does
wrong within that while is told together, by whichever process comes next. One broken hospital is
one alert and not a thousand. Nothing here slows a reading or makes one fail.
"""

import logging
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from smartapp.fhir.errors import EhrPaused, EhrUnavailable, FhirError, SessionLost
from smartapp.fhir.transport import counts, pacing
from smartapp.fhir.transport.buckets import Pace

logger = logging.getLogger(__name__)

_WEBHOOK_SECONDS = 5.0


class _Told:
    """What this process saw of each EHR: all there was, and what no alert has told yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: Counter[tuple[str, str]] = Counter()
        self.untold: dict[str, Counter[str]] = {}
        self.quiet_until: dict[str, float] = {}


_told = _Told()


def notice(ehr: str, error: FhirError) -> None:
    """Count a failure, and tell operations where it is their turn; returns at once.

    ``ehr`` is the issuer. A session that ended is no failure of the EHR's, and what may pass by
    itself is told only once the EHR is left alone for it.
    """
    passing = isinstance(error, EhrUnavailable) and not isinstance(error, EhrPaused)
    if passing or isinstance(error, SessionLost):
        return
    counts.FAILURES.labels(ehr, error.code).inc()
    with _told.lock:
        _told.seen[ehr, error.code] += 1
        _told.untold.setdefault(ehr, Counter())[error.code] += 1
        if _told.quiet_until.get(ehr, 0.0) > time.monotonic():
            return
        # Until the answer is there nobody else of this process asks.
        _told.quiet_until[ehr] = time.monotonic() + settings.ALERT_EVERY_SECONDS
    telling().submit(_tell_in_turn, ehr, error.code, error.status)


def figures() -> dict[tuple[str, str], int]:
    """Return how often each EHR failed with each code, as this process saw it since its start."""
    with _told.lock:
        return dict(_told.seen)


def _tell_in_turn(ehr: str, code: str, status: int | None) -> None:
    try:
        # A bucket of one place that refills once in a while: of all processes one tells.
        pace = Pace(f"alert|{ehr}", 1.0 / settings.ALERT_EVERY_SECONDS, 1)
        place = pacing.shared().take([pace], first=False)
        if not place.taken:
            with _told.lock:
                _told.quiet_until[ehr] = time.monotonic() + place.wait
            return
        with _told.lock:
            failures = dict(_told.untold.pop(ehr, Counter()))
        _tell({"ehr": ehr, "code": code, "status": status, "failures": failures})
    except Exception as error:
        logger.exception("alert failed", extra={"kind": type(error).__name__})


def _tell(alert: dict[str, Any]) -> None:
    counts.ALERTS.labels(alert["ehr"]).inc()
    logger.error("EHR needs attention", extra=alert)
    for channel in (_webhook, _mail):
        try:
            channel(alert)
        except Exception as error:  # the one that is broken keeps no other silent
            kind = type(error).__name__
            logger.error("alert not sent", extra={"channel": channel.__name__, "kind": kind})  # noqa: TRY400


def _webhook(alert: dict[str, Any]) -> None:
    if settings.ALERT_WEBHOOK_URL:
        answer = httpx2.post(settings.ALERT_WEBHOOK_URL, json=alert, timeout=_WEBHOOK_SECONDS)
        answer.raise_for_status()


def _mail(alert: dict[str, Any]) -> None:
    if not settings.ALERT_MAIL_TO:
        return
    server: dict[str, Any] = dict(settings.ALERT_MAIL_SERVER)
    failures = "\n".join(f"{code}: {count}" for code, count in sorted(alert["failures"].items()))
    EmailMessage(
        subject=f"Countersign: an EHR needs attention ({alert['code']})",
        body=f"EHR: {alert['ehr']}\nHTTP status: {alert['status'] or 'none'}\n\n{failures}\n",
        from_email=settings.ALERT_MAIL_FROM,
        to=settings.ALERT_MAIL_TO,
        connection=get_connection(settings.ALERT_MAIL_BACKEND, **server),
    ).send()


_tellers: dict[int, ThreadPoolExecutor] = {}
_lock = threading.Lock()


def telling() -> ThreadPoolExecutor:
    """Return the one thread of this process that tells; a forked worker has its own."""
    with _lock:
        return _tellers.setdefault(os.getpid(), ThreadPoolExecutor(1, thread_name_prefix="alert"))
