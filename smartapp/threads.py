"""Django behind ASGI, in threads that last.

Django's own ASGI handler starts a thread for each request, and with it opens and closes a database
connection (on SQLite, the last one to close also tidies up the write-ahead log): some milliseconds
of every page. These threads, and what they hold open, serve one request after another.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def django_in_threads() -> App:
    """Return Django as an ASGI application of ``settings.WEB_THREADS`` threads."""
    handler: Any = get_wsgi_application()
    django: Any = WSGIMiddleware(handler, workers=settings.WEB_THREADS)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await django(scope, receive, send)
        elif not scope["query_string"].isascii():
            # No browser sends such an address, and the bridge could not tell what it means.
            await _refuse(send)
        else:
            await django(_unambiguous(scope), receive, send)

    return application


def _unambiguous(scope: Scope) -> Scope:
    """Leave out headers with an underscore: WSGI would take X_Forwarded_For for the true one."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 400, "headers": []})
    await send({"type": "http.response.body", "body": b""})
