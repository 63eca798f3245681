"""Django behind ASGI, in threads that last.

Django's own ASGI handler starts a thread for each request, and with it opens and closes a database
connection (on SQLite, the last one to close also tidies up the write-ahead log): some milliseconds
of every page. These threads, and what they hold open, serve one request after another. There are
only so many, so none waits for a sender: a request comes to a thread once it is there as a whole.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS = 20.0
_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})


class _Refused(Exception):
    """A request that never comes to Django; ``status`` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def django_in_threads() -> App:
    """Return Django as an ASGI application of ``settings.WEB_THREADS`` threads."""
    handler: Any = get_wsgi_application()
    django: Any = WSGIMiddleware(handler, workers=settings.WEB_THREADS)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await django(scope, receive, send)
            return
        try:
            body = await _whole(scope, receive)
        except _Refused as refused:
            head = {"type": "http.response.start", "status": refused.status, "headers": []}
            await send(head)
            await send({"type": "http.response.body", "body": b""})
            return
        if body is not None:
            await django(_unambiguous(scope, len(body)), _giving(body), send)

    return application


async def _whole(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body, or ``None`` where the sender went away."""
    if not scope["query_string"].isascii():
        # No browser sends such an address, and the bridge could not tell what it means.
        raise _Refused(400)
    try:
        return await asyncio.wait_for(_body(receive), BODY_SECONDS)
    except TimeoutError:
        raise _Refused(408) from None


async def _body(receive: Receive) -> bytes | None:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise _Refused(413)
    return bytes(body)


def _giving(body: bytes) -> Receive:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _unambiguous(scope: Scope, length: int) -> Scope:
    """Leave out headers with an underscore: WSGI would take X_Forwarded_For for the true one.

    The body's length is what came, also where it came in chunks.
    """
    headers = [(k, v) for k, v in scope["headers"] if b"_" not in k and k.lower() not in _LENGTHS]
    if length:
        headers.append((b"content-length", str(length).encode()))
    return {**scope, "headers": headers}
