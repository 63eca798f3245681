"""Notification Bundles: R4 with the backport's Parameters, R4B and R5 with SubscriptionStatus."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.events.subscriptions import TOPIC, Event, Subscription
from sandbox.fhir.shapes import base_url, body
from sandbox.fhir.store import store
from sandbox.personalities import PERSONALITIES

Resource = dict[str, Any]

_PROFILE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription"


def bundle(about: Subscription, kind: str, events: list[Event]) -> Resource:
    """Return a notification: ``kind`` is handshake, heartbeat, event-notification or query-event.

    The number since the start is that of the newest of ``events``, or of all when there are none.
    """
    base = base_url(PERSONALITIES[about.personality])
    total = events[-1].number if events else len(about.events)
    if kind == "handshake":
        total = 0
    make = _parameters if about.form == "r4-backport" else _status
    status = make(about, kind, events, total, base)
    status["id"] = str(uuid.uuid4())
    first = {"fullUrl": f"urn:uuid:{status['id']}", "resource": status}
    rows = [row for event in events for row in _rows(about, event, base)]
    history = about.form in {"r4-backport", "r4b"}
    if history:
        first["request"] = {"method": "GET", "url": f"Subscription/{about.id}/$status"}
        first["response"] = {"status": "200"}
    return {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "history" if history else "subscription-notification",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "entry": [first, *rows],
    }


def _state(kind: str) -> str:
    return "requested" if kind == "handshake" else "active"


def _parameters(
    about: Subscription, kind: str, events: list[Event], total: int, base: str
) -> Resource:
    named = {"reference": f"{base}/Subscription/{about.id}"}
    parameters: list[Resource] = [
        {"name": "subscription", "valueReference": named},
        {"name": "topic", "valueCanonical": TOPIC},
        {"name": "status", "valueCode": _state(kind)},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(total)},
    ]
    for event in events:
        parts: list[Resource] = [
            {"name": "event-number", "valueString": str(event.number)},
            {"name": "timestamp", "valueInstant": event.timestamp},
        ]
        if about.content != "empty":
            focus = {"reference": f"{base}/{event.focus}"}
            parts.append({"name": "focus", "valueReference": focus})
            along = _context(event, base)
            parts += [{"name": "additional-context", "valueReference": one} for one in along]
        parameters.append({"name": "notification-event", "part": parts})
    meta = {"profile": [f"{_PROFILE}-status-r4"]}
    return {"resourceType": "Parameters", "meta": meta, "parameter": parameters}


def _status(about: Subscription, kind: str, events: list[Event], total: int, base: str) -> Resource:
    told = []
    for event in events:
        one: Resource = {"eventNumber": str(event.number), "timestamp": event.timestamp}
        if about.content != "empty":
            one["focus"] = {"reference": f"{base}/{event.focus}"}
            if _context(event, base):
                one["additionalContext"] = _context(event, base)
        told.append(one)
    status: Resource = {
        "resourceType": "SubscriptionStatus",
        "status": _state(kind),
        "type": kind,
        "eventsSinceSubscriptionStart": str(total),
        "subscription": {"reference": f"{base}/Subscription/{about.id}"},
        "topic": TOPIC,
    }
    return status | {"notificationEvent": told} if told else status


def _context(event: Event, base: str) -> list[Resource]:
    return [{"reference": f"{base}/Patient/{event.patient}"}] if event.patient else []


def _rows(about: Subscription, event: Event, base: str) -> list[Resource]:
    if about.content == "empty":
        return []
    kind, _, identifier = event.focus.partition("/")
    row: Resource = {"fullUrl": f"{base}/{event.focus}"}
    if about.form in {"r4-backport", "r4b"}:
        row["request"] = {"method": "PUT", "url": event.focus}
        row["response"] = {"status": "200"}
    entry = store.entry(kind, identifier)
    if about.content == "full-resource" and entry is not None:
        row["resource"] = json.loads(body(entry, PERSONALITIES[about.personality], store))
    return [row]


def webhook(about: Subscription, event: Event) -> Resource:
    """Return one event as an integration engine tells it."""
    return {
        "id": f"{about.id}-{event.number}",
        "type": f"{event.focus.partition('/')[0]}.changed",
        "patient": event.patient,
        "data": {"focus": event.focus, "timestamp": event.timestamp},
    }
