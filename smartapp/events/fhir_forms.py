"""FHIR notifications: the R4 backport's Parameters, and SubscriptionStatus of R4B and R5.

Both stand first in a Bundle; the resources they speak of follow, or do not ("id-only", "empty").
The R4 example gives event numbers as strings, R5 says integer64, which JSON writes as a string.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from smartapp.events.errors import NotificationRefused
from smartapp.events.notices import Notice, Told
from smartapp.fhir.addresses import Base, is_id, is_type
from smartapp.fhir.errors import ForeignAddress

_PUSHED = frozenset({"handshake", "heartbeat", "event-notification"})
_BUNDLES = frozenset({"history", "subscription-notification", "collection"})
_PATIENT_MEMBERS = ("subject", "patient", "beneficiary", "for", "individual")
_LARGEST = 2**63 - 1


def read(
    body: dict[str, Any], *, base: Base, reference: str, types: frozenset[str] = _PUSHED
) -> Notice:
    """Return what a notification Bundle says; raise :class:`NotificationRefused`.

    ``reference`` is the Subscription it must be of, where we know it.
    """
    if body.get("resourceType") != "Bundle" or body.get("type") not in _BUNDLES:
        raise NotificationRefused("not_a_notification")
    entries = [each for each in _list(body.get("entry")) if isinstance(each, dict)]
    status = _status(entries[0].get("resource") if entries else None)
    if not isinstance(status.get("type"), str) or status["type"] not in types:
        raise NotificationRefused("unknown_notification_type")
    _refuse_another(status, base, reference)
    told = _list(status.get("notificationEvent"))
    if len(told) > settings.EVENTS_MAX_PER_NOTIFICATION:
        raise NotificationRefused("too_many_events")
    resources = dict(_resources(entries[1:], base))
    events = tuple(_told(each, resources, base) for each in told)
    if status["type"] == "event-notification" and not events:
        raise NotificationRefused("not_a_notification")
    total = status.get("eventsSinceSubscriptionStart")
    return Notice(status["type"], events, None if total is None else _number(total))


def _status(resource: Any) -> dict[str, Any]:
    """Return the status in R5's names, whichever way it is written."""
    if not isinstance(resource, dict):
        raise NotificationRefused("not_a_notification")
    if resource.get("resourceType") == "SubscriptionStatus":
        return resource
    if resource.get("resourceType") != "Parameters":
        raise NotificationRefused("not_a_notification")
    status: dict[str, Any] = {"notificationEvent": []}
    for name, value in _parameters(resource.get("parameter")):
        if name == "notificationEvent":
            status["notificationEvent"].append(_event_of(value))
        else:
            status[name] = value
    return status


def _event_of(parts: Any) -> dict[str, Any]:
    event: dict[str, Any] = {"additionalContext": []}
    for name, value in _parameters(parts):
        if name == "additionalContext":
            event["additionalContext"].append(value)
        else:
            event[name] = value
    return event


def _parameters(parameters: Any) -> Iterator[tuple[str, Any]]:
    """Yield each parameter's name, as R5 would write it, and its value or parts."""
    for each in _list(parameters):
        if not isinstance(each, dict) or not isinstance(each.get("name"), str):
            raise NotificationRefused("not_a_notification")
        first, *rest = each["name"].split("-")
        values = [value for key, value in each.items() if key.startswith("value")]
        yield first + "".join(map(str.capitalize, rest)), values[0] if values else each.get("part")


def _refuse_another(status: dict[str, Any], base: Base, reference: str) -> None:
    if not reference:
        return
    if _reference(status.get("subscription"), base) != reference:
        raise NotificationRefused("other_subscription")


def _resources(entries: list[dict[str, Any]], base: Base) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in entries:
        resource = entry.get("resource")
        if not isinstance(resource, dict) or not is_type(resource.get("resourceType")):
            continue
        reference = f"{resource['resourceType']}/{resource.get('id')}"
        # A resource of another server may bear the same type and id: its full address tells.
        address = entry.get("fullUrl") or reference
        if is_id(resource.get("id")) and not _is_abroad(address, base):
            yield reference, resource


def _is_abroad(address: Any, base: Base) -> bool:
    is_web = isinstance(address, str) and address.startswith(("http:", "https:"))
    return is_web and not _reference(address, base)


def _told(event: Any, resources: dict[str, dict[str, Any]], base: Base) -> Told:
    if not isinstance(event, dict):
        raise NotificationRefused("not_a_notification")
    focus = _reference(event.get("focus"), base)
    context = [_reference(each, base) for each in _list(event.get("additionalContext"))]
    named = [reference for reference in (focus, *context) if reference]
    resource = resources.get(focus, {})
    patient = _patient([resource, *(resources.get(each, {}) for each in context)], named, base)
    timestamp = event.get("timestamp")
    body = {
        "focus": focus,
        "context": [reference for reference in context if reference],
        "timestamp": timestamp if isinstance(timestamp, str) else "",
        "resources": [resources[each] for each in named if each in resources],
        "patient": patient,
    }
    number = _number(event.get("eventNumber"))
    if number < 1:
        raise NotificationRefused("not_a_notification")
    return Told(focus.partition("/")[0], number, focus=focus, patient_id=patient, body=body)


def _patient(resources: list[dict[str, Any]], named: list[str], base: Base) -> str:
    """Return the id of the one patient an event is of; "" where none is named, or several are."""
    found = {each.removeprefix("Patient/") for each in named if each.startswith("Patient/")}
    if not found:
        for resource in resources:
            references = (_reference(resource.get(each), base) for each in _PATIENT_MEMBERS)
            found |= {r.removeprefix("Patient/") for r in references if r.startswith("Patient/")}
    return found.pop() if len(found) == 1 else ""


def _reference(value: Any, base: Base) -> str:
    """Return ``Type/id`` of a reference to this EHR; "" for any other."""
    text = value.get("reference") if isinstance(value, dict) else value
    try:
        reference = base.reference(text)
    except ForeignAddress:
        return ""
    return "" if reference is None else str(reference)


def _number(value: Any) -> int:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > _LARGEST:
        raise NotificationRefused("not_a_notification")
    return int(text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
