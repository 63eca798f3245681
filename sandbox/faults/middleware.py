"""Between the wire and the hospital: counts each call, limits its token, applies its faults."""

from email.utils import formatdate
from functools import partial
from math import ceil

from sandbox.faults.board import Board, Rule
from sandbox.faults.calls import Call, recognised
from sandbox.faults.counters import Counters
from sandbox.faults.limits import Limits
from sandbox.faults.registry import Ask
from sandbox.faults.statuses import throttled
from sandbox.wire import Answer, App, Message, Receive, Send, asked, give


class Misbehaving:
    """The hospital as its callers meet it."""

    def __init__(self, app: App, board: Board, limits: Limits, counters: Counters) -> None:
        self._app = app
        self._board = board
        self._limits = limits
        self._counters = counters

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, truly or as told."""
        dated = partial(_dated, send)
        call = recognised(scope, receive)
        if call is None:
            await self._app(scope, receive, dated)
            return
        self._counters.began(call)
        status = 0

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await dated(message)

        try:
            await self._answered(call, counted)
        finally:
            self._counters.ended(call, status)

    async def _answered(self, call: Call, send: Send) -> None:
        wait = self._limits.wait(call)
        if wait:
            await give(throttled(call, ceil(wait)), send)
            return
        rules = self._board.touching(call)
        if not rules:
            # Untouched answers stream: an export is never held in memory.
            await self._app(call.scope, call.receive, send)
            return
        await give(await self._wronged(call, rules), send)

    async def _wronged(self, call: Call, rules: list[Rule]) -> Answer:
        ask: Ask = partial(asked, self._app, call.scope, call.receive)
        for rule in rules:
            ask = partial(rule.fault.act, call, ask, **rule.parameters)
        return await ask()


async def _dated(send: Send, message: Message) -> None:
    """Say the time, unless a fault has said another; the server itself is told not to."""
    if message["type"] == "http.response.start":
        headers = list(message.get("headers", []))
        if not any(name.lower() == b"date" for name, _ in headers):
            headers.append((b"date", formatdate(usegmt=True).encode()))
        message = {**message, "headers": headers}
    await send(message)
