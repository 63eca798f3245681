"""The one place where the hospital misbehaves on purpose; today it is only slow."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sandbox.personalities import PERSONALITIES

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

_FHIR = tuple(f"/{personality.path}/" for personality in PERSONALITIES.values())


class Slow:
    """Holds the answer to each FHIR call back until ``milliseconds`` after the call's arrival.

    As a far network and a big server do: eight calls at once take no longer than one, for the
    waiting is done by nobody's thread, and this small server's own work falls within it.
    """

    def __init__(self, app: App, *, milliseconds: float) -> None:
        self._app = app
        self._seconds = milliseconds / 1000

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Send
    ) -> None:
        """Pass everything on; FHIR's answers when they are due."""
        if scope["type"] != "http" or not scope["path"].startswith(_FHIR):
            await self._app(scope, receive, send)
            return
        due = time.monotonic() + self._seconds

        async def send_when_due(message: Message) -> None:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await send(message)

        await self._app(scope, receive, send_when_due)
