"""FHIR by the short way: straight to its view, in threads that keep their database connections.

FHIR needs no session, no CSRF check and no static files, and a night of ten thousand patients
should measure the app and not the sandbox. Everything else goes to Django.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware

from sandbox.fhir.views import endpoint
from sandbox.personalities import PERSONALITIES
from sandbox.wire import App, Message, Receive, Send

_BASES = {f"/{personality.path}/": key for key, personality in PERSONALITIES.items()}
_THREADS = ThreadPoolExecutor(4, thread_name_prefix="fhir")
# Both vendors pack what they send to whoever takes it packed.
_packing: Any = GZipMiddleware(lambda _request: HttpResponse())
_log = logging.getLogger(__name__)


class Fhir:
    """Answers what lies below a personality's base, and passes the rest on."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key, path = _below(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        request = ASGIRequest(scope, BytesIO(await _body(receive)))
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(_THREADS, _answered, request, key, path)
        await _give(response, send)


def _below(scope: Message) -> tuple[str | None, str]:
    if scope["type"] == "http":
        for base, key in _BASES.items():
            if scope["path"].startswith(base) or f"{scope['path']}/" == base:
                path = scope["path"].removeprefix(base.rstrip("/")).removeprefix("/")
                return (None, "") if path.startswith(".well-known/") else (key, path)
    return None, ""


def _answered(request: ASGIRequest, key: str, path: str) -> HttpResponseBase:
    try:
        response: HttpResponseBase = endpoint(request, key=key, path=path)
        # Packed by pieces a stream would be many files in one, and clients read but the first.
        if isinstance(response, StreamingHttpResponse):
            return response
        packed: HttpResponseBase = _packing.process_response(request, response)
    except Exception:
        _log.exception("A FHIR request failed inside the sandbox.")
        return HttpResponse(status=500)
    return packed


async def _body(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _give(response: Any, send: Send) -> None:
    headers = [(k.encode(), v.encode("latin-1")) for k, v in response.items()]
    if not response.streaming and not response.has_header("Content-Length"):
        headers.append((b"content-length", str(len(response.content)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    if response.streaming:
        async for part in response:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    else:
        await send({"type": "http.response.body", "body": response.content, "more_body": False})
