"""ASGI in the few shapes that faults need: a whole answer, and how it goes out."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Pieces = Callable[[bytes], AsyncIterator[bytes]]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer that has not been sent.

    ``pieces`` cuts the body up and waits between the parts; ``declared`` is the length to
    claim in bytes (None: the true one; -1: none, the end is the end of the stream).
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: Pieces | None = None
    declared: int | None = None

    def document(self) -> dict[str, Any] | None:
        """Return the body as a JSON object, or None when it is anything else."""
        if "json" not in self.headers.get("content-type", ""):
            return None
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def saying(self, document: Any) -> "Answer":
        """Return the same answer with another JSON body."""
        return replace(self, body=json.dumps(document, separators=(",", ":")).encode())

    def headed(self, **headers: str) -> "Answer":
        """Return the same answer with headers changed; underscores stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


async def asked(app: App, scope: Message, receive: Receive) -> Answer:
    """Let an application answer, and return its answer whole."""
    status, headers, parts = 500, {}, []

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {k.decode().lower(): v.decode("latin-1") for k, v in message["headers"]}
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    # What is to be changed must not come packed.
    plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    await app({**scope, "headers": plain}, receive, send)
    headers.pop("content-length", None)
    return Answer(status, headers, b"".join(parts))


async def give(answer: Answer, send: Send) -> None:
    """Send an answer. One that declares more than it holds ends with its connection broken."""
    length = len(answer.body) if answer.declared is None else answer.declared
    if answer.pieces is not None and answer.declared is None:
        length = -1
    headers = [(k.encode(), v.encode("latin-1")) for k, v in answer.headers.items()]
    if length >= 0:
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.pieces is None:
        await _part(send, answer.body)
    else:
        async for piece in answer.pieces(answer.body):
            await _part(send, piece)
    if length <= len(answer.body) or answer.pieces is not None:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def gone(receive: Receive, seconds: float) -> None:
    """Wait until the client has hung up, at most so many seconds."""

    async def listening() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(listening(), seconds)
    except TimeoutError:
        return
