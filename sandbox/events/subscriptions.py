"""Subscriptions of this process and what has happened in each, by number."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

TOPIC = "http://northfield-general.example/fhir/SubscriptionTopic/chart-changed"


@dataclass(frozen=True)
class Event:
    """One event: ``focus`` is ``Type/id``, ``patient`` an id or "", numbers begin with 1."""

    number: int
    focus: str
    patient: str
    timestamp: str


@dataclass
class Subscription:
    """Who is told; ``form`` is r4-backport, r4b, r5 or webhook."""

    personality: str
    id: str
    form: str
    content: str = "id-only"
    events: list[Event] = field(default_factory=list)

    def happened(self, focus: str, patient: str) -> Event:
        """Add an event and return it."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = Event(len(self.events) + 1, focus, patient, now)
        self.events.append(event)
        return event

    def between(self, first: int, last: int | None) -> list[Event]:
        """Return the events of those numbers, both included."""
        end = len(self.events) if last is None else last
        return [event for event in self.events if first <= event.number <= end]


class Subscriptions:
    """By personality and id; one is made when it is first spoken of."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._held: dict[tuple[str, str], Subscription] = {}

    def known(self, personality: str, identifier: str) -> Subscription | None:
        """Return a subscription, or None."""
        return self._held.get((personality, identifier))

    def of(self, personality: str, identifier: str, form: str, content: str) -> Subscription:
        """Return a subscription, made if need be; its form and content are those last told."""
        made = Subscription(personality, identifier, form, content)
        found = self._held.setdefault((personality, identifier), made)
        found.form, found.content = form, content
        return found

    def clear(self) -> None:
        """Forget all."""
        self._held.clear()


subscriptions = Subscriptions()
