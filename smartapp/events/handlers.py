"""What is done about an event: handlers by kind, registered at start.

A handler runs in the event's own transaction: what it writes, and that the event is processed,
stand or fall together. It must be quick, and do no harm when it runs again for the same event;
what takes long it enqueues with ``transaction.on_commit``. What it raises has the event tried
again later, and in the end makes it a dead letter. Its exceptions' texts are never kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from smartapp.events.contents import from_text
from smartapp.models import Ehr, InboundEvent

EVERY_KIND = "*"


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """One event as a handler sees it. ``body`` is PHI, and a sender's word: read the chart anew.

    ``body`` of FHIR: ``focus``, ``context``, ``timestamp``, ``resources``, ``patient``; of a
    webhook: ``data``, ``patient``. ``patient`` is "" where the event names none.
    """

    id: UUID
    ehr: Ehr
    subscription_id: UUID
    kind: str
    number: int | None
    patient_index: str
    received_at: datetime
    body: dict[str, Any]


Handler = Callable[[Incoming], None]
_handlers: dict[str, list[Handler]] = {}


def register(kind: str, handler: Handler) -> None:
    """Have ``handler`` called for events of ``kind``: a resource type, a webhook's type, or "*"."""
    registered = _handlers.setdefault(kind, [])
    if handler not in registered:
        registered.append(handler)


def unregister(kind: str, handler: Handler) -> None:
    """Take a handler back."""
    _handlers[kind].remove(handler)


def handle(event: InboundEvent) -> None:
    """Call every handler of an event; whatever one raises goes up."""
    incoming = Incoming(
        id=event.pk,
        ehr=event.subscription.ehr,
        subscription_id=event.subscription_id,
        kind=event.kind,
        number=event.number,
        patient_index=event.patient_index,
        received_at=event.received_at,
        body=from_text(event.body),
    )
    for handler in (*_handlers.get(event.kind, ()), *_handlers.get(EVERY_KIND, ())):
        handler(incoming)
