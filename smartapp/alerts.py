"""Telling operations of what is not an EHR's fault: log, webhook, mail. Nothing waits for it."""

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx2
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)

_WEBHOOK_SECONDS = 5.0
_tellers: dict[int, ThreadPoolExecutor] = {}
_lock = threading.Lock()


def tell(subject: str, alert: dict[str, Any]) -> "Future[None]":
    """Tell in a thread of its own; ``alert`` holds words of ours and nothing of a patient."""
    with _lock:  # a forked worker has its own thread
        teller = _tellers.setdefault(os.getpid(), ThreadPoolExecutor(1, thread_name_prefix="tell"))
    return teller.submit(_tell, subject, alert)


def _tell(subject: str, alert: dict[str, Any]) -> None:
    logger.error("operations alert", extra=alert)
    ways: dict[str, Callable[[], None]] = {
        "webhook": partial(_webhook, alert),
        "mail": partial(_mail, subject, alert),
    }
    for name, way in ways.items():
        try:
            way()
        except Exception as error:  # the one that is broken keeps no other silent
            kind = type(error).__name__
            logger.error("alert not sent", extra={"channel": name, "kind": kind})  # noqa: TRY400


def _webhook(alert: dict[str, Any]) -> None:
    if settings.ALERT_WEBHOOK_URL:
        answer = httpx2.post(settings.ALERT_WEBHOOK_URL, json=alert, timeout=_WEBHOOK_SECONDS)
        answer.raise_for_status()


def _mail(subject: str, alert: dict[str, Any]) -> None:
    if not settings.ALERT_MAIL_TO:
        return
    server: dict[str, Any] = dict(settings.ALERT_MAIL_SERVER)
    EmailMessage(
        subject=subject,
        body="\n".join(f"{name}: {value}" for name, value in alert.items()),
        from_email=settings.ALERT_MAIL_FROM,
        to=settings.ALERT_MAIL_TO,
        connection=get_connection(settings.ALERT_MAIL_BACKEND, **server),
    ).send()
