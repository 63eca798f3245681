"""Storing what authentic notifications tell, and knowing what was told before.

All in one transaction: rows, progress and the trail stand or fall together, and the sender hears
"accepted" only after. A number or event id that is known makes no second row.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from django.utils import timezone

from audit import context
from audit.events.notifications import GapClosed, NotificationsReceived
from audit.recorder import record
from encryption import blind_index
from smartapp.events.contents import as_text
from smartapp.events.errors import NotificationRefused
from smartapp.events.notices import Notice, Told
from smartapp.models import EventProgress, EventSubscription, InboundEvent
from smartapp.models.launches import patient_index

# Of a subscription's events that name no patient: a worker takes sixteen lanes at a time, and two
# workers want some each.
_LANES = 48
_FIRST_QUESTION = timedelta(seconds=2)  # what is merely late has come by then


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one notification's events."""

    accepted: int = 0
    duplicates: int = 0


Outcome = Stored | NotificationRefused


def store(subscription: EventSubscription, notices: Sequence[Notice]) -> list[Outcome]:
    """Store several notifications of one subscription; call within a transaction.

    Returns, in order, what became of each. One that reuses a number is refused alone.
    """
    progress = _locked(subscription)
    storing = _Storing(subscription, progress, _known(subscription, progress, notices))
    outcomes = [storing.take(notice) for notice in notices]
    InboundEvent.objects.bulk_create(storing.rows)
    with about(subscription):
        advance(progress)
        if _is_worth_telling(notices):
            record(storing.told(notices, outcomes))
    progress.heard_at = timezone.now()
    progress.save()
    return outcomes


def about(subscription: EventSubscription) -> AbstractContextManager[object]:
    """Bind the trail's circumstances: whatever is done, it is the system's, at this EHR."""
    nobody = {"actor": "system", "actor_name": "", "launch_id": "", "patient_index": ""}
    return context.bind(ehr=subscription.ehr.slug, **nobody)


def _locked(subscription: EventSubscription) -> EventProgress:
    rows = EventProgress.objects.select_for_update().filter(subscription=subscription)
    progress = rows.first()
    if progress is None:
        EventProgress.objects.bulk_create(
            [EventProgress(subscription=subscription)], ignore_conflicts=True
        )
        progress = rows.get()
    return progress


def _known(
    subscription: EventSubscription, progress: EventProgress, notices: Iterable[Notice]
) -> dict[str, str]:
    keys = [_key(subscription, progress, told) for notice in notices for told in notice.events]
    rows = InboundEvent.objects.filter(subscription=subscription, key__in=keys)
    return dict(rows.values_list("key", "focus_index"))


def _key(subscription: EventSubscription, progress: EventProgress, told: Told) -> str:
    if told.number is not None:
        return f"{progress.epoch}.{told.number}"
    # An engine may make its ids of a patient's: never kept as they are.
    return blind_index("event", f"{subscription.pk}|{told.event_id}")


class _Storing:
    """The rows of one batch in the making."""

    def __init__(
        self, subscription: EventSubscription, progress: EventProgress, known: dict[str, str]
    ) -> None:
        self._subscription = subscription
        self._progress = progress
        self._known = known
        self._now = timezone.now()
        self.rows: list[InboundEvent] = []

    def take(self, notice: Notice) -> Outcome:
        """Make rows of what is new in ``notice``; return what became of it."""
        if any(self._is_reused(told) for told in notice.events):
            return NotificationRefused("number_reused")
        before = len(self.rows)
        self._note_numbers(notice)
        for told in notice.events:
            self._add(told)
        accepted = len(self.rows) - before
        return Stored(accepted, len(notice.events) - accepted)

    def told(self, notices: Sequence[Notice], outcomes: Sequence[Outcome]) -> NotificationsReceived:
        """Return the batch's line for the trail."""
        stored = [each for each in outcomes if isinstance(each, Stored)]
        numbers = [row.number for row in self.rows if row.number is not None]
        return NotificationsReceived(
            subscription_id=str(self._subscription.pk),
            notifications=len(stored),
            handshakes=sum(notice.type == "handshake" for notice in notices),
            events=sum(each.accepted for each in stored),
            duplicates=sum(each.duplicates for each in stored),
            first_number=min(numbers, default=None),
            last_number=max(numbers, default=None),
        )

    def _is_reused(self, told: Told) -> bool:
        """Whether this number was told of another resource: the count started anew unannounced."""
        known = self._known.get(_key(self._subscription, self._progress, told))
        return bool(known and told.focus) and known != _focus_index(told)

    def _add(self, told: Told) -> None:
        key = _key(self._subscription, self._progress, told)
        forgotten = told.number is not None and told.number <= self._progress.forgotten
        if forgotten or key in self._known:
            return
        self._known[key] = _focus_index(told)
        self.rows.append(self._row(key, told))

    def _row(self, key: str, told: Told) -> InboundEvent:
        patient = patient_index(self._subscription.ehr, told.patient_id) if told.patient_id else ""
        row = InboundEvent(
            subscription=self._subscription,
            key=key,
            epoch=self._progress.epoch,
            number=told.number,
            kind=told.kind,
            lane=patient or _lane_of(self._subscription, _focus_index(told) or key),
            patient_index=patient,
            focus_index=_focus_index(told),
            # What comes after its gap was given up waits for nothing.
            released=told.number is None or told.number <= (self._progress.settled or 0),
            received_at=self._arrival(),
            due_at=self._now,
        )
        row.body = as_text(told.body or {})
        return row

    def _arrival(self) -> datetime:
        """Arrival times within a batch differ, so that they keep the order."""
        return self._now + timedelta(microseconds=len(self.rows))

    def _note_numbers(self, notice: Notice) -> None:
        numbers = [told.number for told in notice.events if told.number is not None]
        progress = self._progress
        if progress.settled is None and (numbers or notice.total is not None):
            # What was told before we were there is not ours.
            progress.settled = min(numbers) - 1 if numbers else notice.total or 0
            progress.highest = progress.settled
        progress.highest = max([progress.highest, notice.total or 0, *numbers])


def _lane_of(subscription: EventSubscription, what: str) -> str:
    """Return the lane of what names no patient: the same for the same resource, so in order."""
    return f"{subscription.pk.hex}-{crc32(what.encode()) % _LANES:02d}"


def _focus_index(told: Told) -> str:
    return blind_index("event-focus", told.focus) if told.focus else ""


def _is_worth_telling(notices: Sequence[Notice]) -> bool:
    return any(notice.events or notice.type == "handshake" for notice in notices)


def advance(progress: EventProgress) -> None:
    """Move ``settled`` up to the first number that is missing, and release what it passed."""
    if progress.settled is None:
        return
    before = progress.settled
    held = InboundEvent.objects.filter(
        subscription_id=progress.subscription_id,
        epoch=progress.epoch,
        number__gt=before,
        released=False,
    )
    for number in held.order_by("number").values_list("number", flat=True).iterator(500):
        if number != progress.settled + 1:
            break
        progress.settled = number
    if progress.settled > before:
        held.filter(number__lte=progress.settled).update(released=True)
    _note_gap(progress, moved=progress.settled > before)


def _note_gap(progress: EventProgress, *, moved: bool) -> None:
    missing = progress.highest > (progress.settled or 0)
    if progress.gap_since is not None and (moved or not missing):
        close_gap(progress)
    if missing and progress.gap_since is None:
        # Not told yet: what only came out of order is here in a moment.
        progress.gap_since = timezone.now()
        progress.gap_due_at = progress.gap_since + _FIRST_QUESTION


def close_gap(progress: EventProgress, *, given_up: int = 0) -> None:
    """Note that this gap is no more, and tell the trail where it was told of it."""
    if progress.gap_attempts:
        record(
            GapClosed(
                subscription_id=str(progress.subscription_id),
                up_to_number=progress.settled or 0,
                attempts=progress.gap_attempts,
                given_up=given_up,
            )
        )
    progress.gap_since = progress.gap_due_at = None
    progress.gap_attempts, progress.gap_code = 0, ""
