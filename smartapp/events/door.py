"""The door for notifications: a small ASGI app ahead of Django.

It reads no more of a body than it may be long, hands it to the counter, and answers once that has
committed it. Django's detour by sessions and threads would cost more than the work itself.
"""

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest

from audit.middleware import network_address
from smartapp.events.counter import Posted, counter
from smartapp.events.errors import NotificationRefused
from smartapp.events.intake import Outcome

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(
    r"/events/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?", re.IGNORECASE
)
_JSON = frozenset({"application/json", "application/fhir+json"})
_BODY_SECONDS = 10.0
_ANSWER_SECONDS = 15.0


class EventDoor:
    """Answers for ``/events/<id>/``; hands everything else to ``inner``."""

    def __init__(self, inner: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if match is None:
            await self.inner(scope, receive, send)
            return
        posted = await _posted(uuid.UUID(match[1]), scope, receive)
        try:
            waiting = asyncio.wrap_future(counter().take(posted))
            outcome: Outcome = await asyncio.wait_for(waiting, _ANSWER_SECONDS)
        except TimeoutError:
            outcome = NotificationRefused("not_stored")
        await _answer(send, outcome)


async def _posted(subscription_id: uuid.UUID, scope: Scope, receive: Receive) -> Posted:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    posted = Posted(subscription_id, headers, b"", lambda: network_address(_request(scope)))
    try:
        _check_head(scope, headers)
        posted.body = await asyncio.wait_for(_body(receive), _BODY_SECONDS)
    except NotificationRefused as refused:
        posted.refused = refused.code
    except TimeoutError:
        posted.refused = "too_slow"
    return posted


def _check_head(scope: Scope, headers: dict[str, str]) -> None:
    if scope["method"] != "POST":
        raise NotificationRefused("method_not_allowed")
    # No redirect: the secret has been seen by then.
    if settings.SECURE_SSL_REDIRECT and not _request(scope).is_secure():
        raise NotificationRefused("https_required")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON or headers.get("content-encoding", "identity") != "identity":
        raise NotificationRefused("not_json")
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > settings.EVENTS_MAX_BYTES:
        raise NotificationRefused("too_large")


def _request(scope: Scope) -> ASGIRequest:
    """Return Django's view of the head, which knows our proxies."""
    return ASGIRequest(dict(scope), BytesIO())


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise NotificationRefused("unreadable")
        body += message.get("body", b"")
        if len(body) > settings.EVENTS_MAX_BYTES:
            raise NotificationRefused("too_large")
        if not message.get("more_body", False):
            return bytes(body)


async def _answer(send: Send, outcome: Outcome) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if isinstance(outcome, NotificationRefused):
        status = outcome.status
        answer: dict[str, str | int] = {"error": outcome.code, "message": outcome.sentence}
        extra = {401: (b"www-authenticate", b"Bearer"), 405: (b"allow", b"POST")}
        if status == 503:
            headers.append((b"retry-after", b"2"))
        elif status in extra:
            headers.append(extra[status])
    else:
        status = 200
        answer = {"accepted": outcome.accepted, "duplicates": outcome.duplicates}
    body = json.dumps(answer).encode()
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
