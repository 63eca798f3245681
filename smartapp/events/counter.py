"""The counter behind the door: one thread per process takes what came in, many at a time.

Notifications that arrive together are checked one by one and committed in one transaction, which
is why hundreds a second can each be on the disk before they are answered.
"""

import logging
import queue
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache

from django.db import DatabaseError, close_old_connections, connection, transaction

from audit.errors import LedgerUnavailable
from smartapp.events import authenticity, fhir_forms, intake, webhook
from smartapp.events.contents import parsed
from smartapp.events.errors import NotificationRefused
from smartapp.events.notices import Notice
from smartapp.events.patience import patiently
from smartapp.events.refusals import Refusals
from smartapp.events.senders import Sender, Senders, looked_up
from smartapp.events.waking import Waker
from smartapp.fhir.addresses import Base
from smartapp.models import EventSubscription

logger = logging.getLogger(__name__)

_MOST_WAITING = 2000
_MOST_AT_ONCE = 64
# Together less than the door waits for an answer.
_COMMIT_SECONDS, _LOOK_UP_SECONDS = 10.0, 3.0


@dataclass(slots=True, repr=False)
class Posted:
    """One request: its body is PHI. ``refused`` where the door has refused it already."""

    subscription_id: uuid.UUID | None
    headers: Mapping[str, str]
    body: bytes
    whence: Callable[[], str]  # the network address, worked out only where it is told
    refused: str = ""
    outcome: "Future[intake.Outcome]" = field(default_factory=Future)


class Counter:
    """Takes requests from any thread; ``outcome`` is set once it is committed, or refused."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Posted] = queue.Queue(_MOST_WAITING)
        self._senders = Senders(
            look_up=lambda key: patiently(lambda: looked_up(key), seconds=_LOOK_UP_SECONDS)
        )
        self._refusals = Refusals()
        self._waker = Waker()
        threading.Thread(target=self._run, name="events-counter", daemon=True).start()

    def take(self, posted: Posted) -> "Future[intake.Outcome]":
        """Queue a request; where too much waits, refuse it at once."""
        # Whoever no longer waits may not take the answer away: the others' come with it.
        posted.outcome.set_running_or_notify_cancel()
        try:
            self._waiting.put_nowait(posted)
        except queue.Full:
            posted.outcome.set_result(NotificationRefused("too_busy"))
        return posted.outcome

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < _MOST_AT_ONCE:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            try:
                self._serve(batch)
            except Exception as error:  # the counter must outlive any fault
                logger.critical("counter_failed", extra={"error": type(error).__name__})
                _answer_the_rest(batch)

    def _serve(self, batch: list[Posted]) -> None:
        close_old_connections()
        read: dict[uuid.UUID, list[tuple[Posted, Sender, Notice]]] = {}
        for posted in batch:
            try:
                sender, notice = self._read(posted)
            except NotificationRefused as refused:
                self._refuse(posted, refused)
            except DatabaseError as error:
                logger.warning("sender_not_looked_up", extra={"error": type(error).__name__})
                posted.outcome.set_result(NotificationRefused("not_stored"))
            except Exception as error:  # one sender's oddity must not cost the others their place
                logger.warning("notification_not_read", extra={"error": type(error).__name__})
                self._refuse(posted, NotificationRefused("not_a_notification"))
            else:
                read.setdefault(sender.subscription.pk, []).append((posted, sender, notice))
        if read:
            # Every process locks in the same order.
            self._store([read[key] for key in sorted(read)])

    def _read(self, posted: Posted) -> tuple[Sender, Notice]:
        """Check and read one request. Nothing of a body is looked at before its sender is known."""
        if posted.refused:
            raise NotificationRefused(posted.refused)
        if posted.subscription_id is None:
            raise NotificationRefused("unknown_subscription")
        sender = self._senders.of(posted.subscription_id)
        subscription = sender.subscription
        if subscription.form == EventSubscription.Form.WEBHOOK:
            authenticity.check_signature(posted.headers, posted.body, sender.secrets)
            return sender, webhook.read(parsed(posted.body))
        authenticity.check_bearer(posted.headers, sender.secrets)
        base = Base(subscription.ehr.issuer.rstrip("/"))
        body = parsed(posted.body)
        return sender, fhir_forms.read(body, base=base, reference=subscription.reference)

    def _store(self, groups: Sequence[Sequence[tuple[Posted, Sender, Notice]]]) -> None:
        try:
            outcomes = _committed(lambda: [_stored(group) for group in groups])
        except (DatabaseError, LedgerUnavailable) as error:
            logger.warning("notifications_not_stored", extra={"error": type(error).__name__})
            _answer_the_rest([posted for group in groups for posted, _, _ in group])
            return
        for group, stored in zip(groups, outcomes, strict=True):
            for (posted, _, _), outcome in zip(group, stored, strict=True):
                if isinstance(outcome, NotificationRefused):
                    self._refuse(posted, outcome)
                else:
                    posted.outcome.set_result(outcome)
        self._waker.want()

    def _refuse(self, posted: Posted, refused: NotificationRefused) -> None:
        posted.outcome.set_result(refused)
        known = posted.subscription_id if refused.code != "unknown_subscription" else None
        self._refusals.note(
            subscription_id=str(known or ""), code=refused.code, address=posted.whence()
        )


def _stored(group: Sequence[tuple[Posted, Sender, Notice]]) -> list[intake.Outcome]:
    subscription = group[0][1].subscription
    return intake.store(subscription, [notice for _, _, notice in group])


def _committed(act: Callable[[], list[list[intake.Outcome]]]) -> list[list[intake.Outcome]]:
    """Act and commit so that it outlasts a power cut, too."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Elsewhere NORMAL is enough: there, what a power cut takes is asked of the EHR again.
            cursor.execute("PRAGMA synchronous=FULL")

    def commit() -> list[list[intake.Outcome]]:
        with transaction.atomic():
            return act()

    return patiently(commit, seconds=_COMMIT_SECONDS)


def _answer_the_rest(batch: Sequence[Posted]) -> None:
    for posted in batch:
        if not posted.outcome.done():
            posted.outcome.set_result(NotificationRefused("not_stored"))


@cache
def counter() -> Counter:
    """Return this process's counter, started when it is first needed."""
    return Counter()
