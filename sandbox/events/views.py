"""``$events``: what happened in a subscription, for who missed some of it."""

from django.http import HttpRequest, HttpResponse

from sandbox.events.bundles import bundle
from sandbox.events.subscriptions import subscriptions
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate
from sandbox.fhir.replies import JSON, reply
from sandbox.fhir.shapes import dumps


def events(request: HttpRequest, gate: Gate, identifier: str) -> HttpResponse:
    """Answer with the events from ``eventsSinceNumber`` to ``eventsUntilNumber``."""
    gate.require("Subscription", "read")
    about = subscriptions.known(gate.personality.key, identifier)
    if about is None:
        raise FhirError(404, "not-found", "No such Subscription.")
    first = _number(request, "eventsSinceNumber") or 1
    with subscriptions.lock:
        found = about.between(first, _number(request, "eventsUntilNumber"))
    return reply(dumps(bundle(about, "query-event", found)), JSON)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    if not text.isdecimal():
        raise FhirError(400, "invalid", f"{name} is a whole number.")
    return int(text)
