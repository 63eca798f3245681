"""Slow answers: late, never, or one byte at a time."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from sandbox.faults.calls import BULK, KINDS, READING, Call
from sandbox.faults.registry import Ask, fault
from sandbox.personalities import PERSONALITIES
from sandbox.wire import Answer, App, Message, Receive, Send, gone

_FHIR = tuple(f"/{personality.path}/" for personality in PERSONALITIES.values())
# The 95th percentile of a normal distribution lies so many deviations above its middle.
_P95 = 1.6449
_random = random.Random(20260101)  # noqa: S311 - waiting times, and the same ones every time


class Slow:
    """Holds the answer to each FHIR call back until ``milliseconds`` after the call's arrival.

    As a far network and a big server do: eight calls at once take no longer than one, for the
    waiting is done by nobody's thread, and this small server's own work falls within it. Half of
    the wait comes first, as a network's does: no call arrives late because of another's search.
    """

    def __init__(self, app: App, *, milliseconds: float) -> None:
        self._app = app
        self._seconds = milliseconds / 1000

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass everything on; FHIR's answers when they are due."""
        if scope["type"] != "http" or not scope["path"].startswith(_FHIR):
            await self._app(scope, receive, send)
            return
        due = time.monotonic() + self._seconds

        async def send_when_due(message: Message) -> None:
            await _until(due)
            await send(message)

        if self._seconds:
            await asyncio.sleep(self._seconds / 2)
        await self._app(scope, receive, send_when_due)


async def _until(due: float) -> None:
    await asyncio.sleep(max(0.0, due - time.monotonic()))


@fault("latency", kinds=KINDS)
async def latency(
    _call: Call,
    ask: Ask,
    *,
    distribution: str = "fixed",
    ms: float = 500,
    low: float = 100,
    high: float = 2000,
    p50: float = 200,
    p95: float = 2000,
    longest: float = 30000,
) -> Answer:
    """The answer comes late: ``fixed`` (ms), ``uniform`` (low to high) or ``lognormal`` with the
    median p50 and the percentile p95, never more than ``longest``; all in milliseconds from the
    call's arrival.
    """
    due = time.monotonic() + min(_wait(distribution, ms, (low, high), (p50, p95)), longest) / 1000
    answer = await ask()
    await _until(due)
    return answer


def _wait(
    distribution: str, ms: float, span: tuple[float, float], percentiles: tuple[float, float]
) -> float:
    if distribution == "uniform":
        return _random.uniform(*span)
    if distribution == "lognormal":
        middle, far = percentiles
        return _random.lognormvariate(math.log(middle), math.log(far / middle) / _P95)
    return ms


@fault("hang", kinds=KINDS)
async def hang(call: Call, _ask: Ask, *, seconds: float = 600) -> Answer:
    """No answer comes at all until the client hangs up, or a 504 after so many seconds."""
    await gone(call.receive, seconds)
    return Answer(504)


@fault("drip", kinds=(*READING, "metadata", "discovery", "token", "jwks", *BULK))
async def drip(
    _call: Call, ask: Ask, *, size: int = 1, ms: float = 20, stall_after: int = -1
) -> Answer:
    """The body comes in pieces of ``size`` bytes with a pause of ``ms`` between them; with
    ``stall_after`` it stops coming after so many bytes, and the connection stays open.
    """

    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        end = len(body) if stall_after < 0 else min(stall_after, len(body))
        for start in range(0, end, size):
            yield body[start : min(start + size, end)]
            await asyncio.sleep(ms / 1000)
        if end < len(body):
            await asyncio.sleep(600)

    answer = await ask()
    return replace(answer, pieces=pieces, declared=len(answer.body))
