"""What came in from outside unasked: notifications of EHRs and integration engines."""

from typing import ClassVar

from audit.events.base import Event, Outcome


class NotificationsReceived(Event):
    """Authentic notifications were stored. One row for all that were committed together."""

    type: ClassVar[str] = "notification.received"
    wording: ClassVar[str] = "received notifications"

    subscription_id: str
    notifications: int
    handshakes: int = 0
    events: int
    duplicates: int = 0
    first_number: int | None = None
    last_number: int | None = None


class NotificationRefused(Event):
    """A notification was refused. Bounded: ``more`` counts those since the last row like this."""

    type: ClassVar[str] = "notification.refused"
    wording: ClassVar[str] = "sent a notification that was refused"

    outcome: Outcome = Outcome.REFUSED
    subscription_id: str  # of the address; "" where there is none such
    more: int = 0


class GapFound(Event):
    """Numbers are missing between notifications; the EHR is asked for them."""

    type: ClassVar[str] = "notification.gap_found"
    wording: ClassVar[str] = "found notifications missing"

    outcome: Outcome = Outcome.INCOMPLETE
    subscription_id: str
    after_number: int
    up_to_number: int


class GapClosed(Event):
    """What was missing has come, by itself or because it was asked for; or was given up."""

    type: ClassVar[str] = "notification.gap_closed"
    wording: ClassVar[str] = "settled missing notifications"

    subscription_id: str
    up_to_number: int
    attempts: int
    given_up: int = 0  # how many numbers never came


class EventDead(Event):
    """An event could not be processed and waits for a person."""

    type: ClassVar[str] = "notification.dead"
    wording: ClassVar[str] = "could not process a notification"

    outcome: Outcome = Outcome.FAILED
    subscription_id: str
    event_id: str
    kind: str
    attempts: int


class EventReplayed(Event):
    """A dead letter was put back to be processed."""

    type: ClassVar[str] = "notification.replayed"
    wording: ClassVar[str] = "had a notification processed again"

    subscription_id: str
    event_id: str


class EventDiscarded(Event):
    """A dead letter was thrown away, its content with it."""

    type: ClassVar[str] = "notification.discarded"
    wording: ClassVar[str] = "discarded a notification"

    subscription_id: str
    event_id: str


class SubscriptionRestarted(Event):
    """The numbers of a subscription start anew; what was told under the old ones stays."""

    type: ClassVar[str] = "notification.restarted"
    wording: ClassVar[str] = "restarted the count of notifications"

    subscription_id: str
    epoch: int
