"""News of a draft in the making, as server-sent events: a small ASGI app ahead of Django.

Django keeps a thread for each open stream, and a database connection where the view touched the
ORM; this keeps neither. One thread per process looks for news, for all who listen. Who may listen
is in a ticket that the panel's page was given: signed, short-lived, for one draft of one launch.
An address gets into logs and histories, so that the launch's own cookie is asked for besides.
What is told are kinds and counts; statements are fetched from the page, behind its own door.
"""

import asyncio
import json
import re
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from django.core import signing
from django.http.cookie import parse_cookie

from recommendations.drafts.news import Item, News
from smartapp.launch.sessions import proven

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"^/l/(?P<launch>[\w-]{1,22})/drafts/(?P<draft>[0-9a-f-]{36})/events$")
TICKET_SECONDS = 15 * 60
STREAM_SECONDS = 5 * 60  # after which the browser comes again, with its Last-Event-ID
HEARTBEAT_SECONDS = 10.0
TERMINAL = frozenset({"ready", "failed", "signed", "rejected"})

_SALT = "recommendations.drafts.stream"


def ticket(*, launch_id: str, draft_id: Any) -> str:
    """A ticket to listen to one draft, for the page that is being shown."""
    return signing.dumps([launch_id, str(draft_id)], salt=_SALT)


def admits(given: str, *, launch_id: str, draft_id: str) -> bool:
    """Whether a ticket is ours, still good, and for this draft of this launch."""
    try:
        bound = signing.loads(given, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return False
    return bool(bound == [launch_id, draft_id])


class DraftEvents:
    """Answers for streams of drafts; hands everything else to ``inner``."""

    def __init__(self, inner: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.inner = inner
        self.news = News()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        match = PATH.match(scope["path"]) if scope["type"] == "http" else None
        if match is None:
            await self.inner(scope, receive, send)
        elif scope["method"] != "GET":
            await _answer(send, 405)
        elif not _may_listen(scope, launch_id=match["launch"], draft_id=match["draft"]):
            await _answer(send, 403)
        else:
            await self._stream(match["draft"], scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.news.start(asyncio.get_running_loop())
                self._end_streams_when_told_to_end()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.news.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_streams_when_told_to_end(self) -> None:
        """Let the streams go at SIGTERM: the server waits for open answers before its lifespan."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            servers_own = signal.getsignal(number)
            if callable(servers_own):
                signal.signal(number, self._then(servers_own))

    def _then(self, servers_own: Callable[[int, Any], Any]) -> Callable[[int, Any], None]:
        def ended(number: int, frame: Any) -> None:
            self.news.stop()
            servers_own(number, frame)

        return ended

    async def _stream(self, draft_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        await _start(send, 200, b"text/event-stream")
        await send(_body(b"retry: 1500\n\n"))
        told = asyncio.create_task(self._tell(draft_id, _last_event_id(scope), send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({told, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (told, gone):
                task.cancel()
            await asyncio.gather(told, gone, return_exceptions=True)
        if not gone.done() or gone.cancelled():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, draft_id: str, after: int, send: Send) -> None:
        end = time.monotonic() + STREAM_SECONDS
        async for item in self._items(draft_id, after):
            if item is None:
                await send(_body(b": still here\n\n"))
            else:
                await send(_body(_event(item)))
                if item.kind == "state" and item.detail.get("state") in TERMINAL:
                    return
            if time.monotonic() > end or self.news.stopping:
                return

    async def _items(self, draft_id: str, after: int) -> AsyncIterator[Item | None]:
        """What is new, in order; ``None`` when there was nothing for a while."""
        with self.news.listening(draft_id, after) as queue:
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield None


def _event(item: Item) -> bytes:
    data = json.dumps(item.detail, separators=(",", ":"), sort_keys=True)
    numbered = f"id: {item.id}\n" if item.id else ""  # what is only so now is not asked for again
    return f"{numbered}event: {item.kind}\ndata: {data}\n\n".encode()


def _body(data: bytes) -> MutableMapping[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": True}


async def _start(send: Send, status: int, kind: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # nginx would hold events back
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _answer(send: Send, status: int) -> None:
    await _start(send, status, b"text/plain")
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _may_listen(scope: Scope, *, launch_id: str, draft_id: str) -> bool:
    ticket_is_good = admits(_ticket_of(scope), launch_id=launch_id, draft_id=draft_id)
    return ticket_is_good and proven(launch_id, _cookies_of(scope))


def _cookies_of(scope: Scope) -> dict[str, str]:
    # HTTP/2 lets a browser send its cookies in several headers.
    sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie("; ".join(sent))


def _ticket_of(scope: Scope) -> str:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return str(query.get("ticket", [""])[0])


def _last_event_id(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"last-event-id" and value.isdigit() and len(value) < 19:
            return int(value)
    return 0
