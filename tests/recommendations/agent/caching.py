"""The provider's cache as its documentation has it, to hold our requests against.

A request is one row of blocks: tools, then system, then messages. A mark (``cache_control``) keeps
the row up to its block for five minutes, if it is long enough; a later request reads the longest
kept row that its own begins with, looked for at each mark and the twenty blocks before it. One
differing byte anywhere before a mark is another row. Another model is another cache; what changes
how messages are answered (tool choice, thinking) parts with the messages kept, not with the tools.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.recommendations.agent.stand_in import Answer, StandIn, model_answer, streamed

MOST_MARKS = 4
LOOKED_BACK = 20
CHARACTERS = 4  # of JSON to a token: near enough for shares


@dataclass
class ProviderCache:
    """Rows that are kept, and what each request reads and writes."""

    minimum: int = 1024
    ttl: float = 300.0
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, float] = field(default_factory=dict)

    def usage(self, request: dict[str, Any]) -> dict[str, int]:
        """What the API would count of a request's input; raises ``ValueError`` as it would."""
        rows = list(_rows(request))
        marks = [at for at, (_, _, marked) in enumerate(rows) if marked]
        if len(marks) > MOST_MARKS:
            raise ValueError("A maximum of 4 blocks with cache_control may be provided.")
        read = max((self._read(rows, at) for at in marks), default=0)
        written = max((rows[at][1] for at in marks if rows[at][1] >= self.minimum), default=0)
        for at in marks:
            if rows[at][1] >= self.minimum:
                self._kept[rows[at][0]] = self.clock() + self.ttl
        written = max(written, read)
        return {
            "input_tokens": rows[-1][1] - written,
            "cache_creation_input_tokens": written - read,
            "cache_read_input_tokens": read,
        }

    def _read(self, rows: list[tuple[str, int, bool]], mark: int) -> int:
        for at in range(mark, max(-1, mark - LOOKED_BACK), -1):
            key, tokens, _ = rows[at]
            if self._kept.get(key, 0.0) > self.clock():
                self._kept[key] = self.clock() + self.ttl
                return tokens
        return 0


def _rows(request: dict[str, Any]) -> Iterator[tuple[str, int, bool]]:
    """For each block: the hash of all up to it, their tokens, and whether it is marked."""
    digest, size = hashlib.sha256(request["model"].encode()), 0
    in_messages = False
    for block, is_message in _blocks(request):
        if is_message and not in_messages:
            in_messages = True
            how = [request.get(name) for name in ("tool_choice", "thinking", "output_config")]
            digest.update(json.dumps(how).encode())
        plain = json.dumps({k: v for k, v in block.items() if k != "cache_control"})
        digest.update(plain.encode())
        size += len(plain)
        yield digest.hexdigest(), size // CHARACTERS, "cache_control" in block


def _blocks(request: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    yield from ((tool, False) for tool in request["tools"])
    yield from ((block, False) for block in request["system"])
    for message in request["messages"]:
        for block in message["content"]:
            yield {"role": message["role"], **block}, True


class CachingStandIn(StandIn):
    """The stand-in, with a usage that the cache reckons."""

    def __init__(self, cache: ProviderCache, *script: Any) -> None:
        super().__init__(*script)
        self.cache = cache
        self.usages: list[dict[str, int]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        self.requests.append(body)
        self.headers.append(request.headers)
        answer: Answer = (self.script.pop(0) if self.script else model_answer)(body)
        self.usages.append(self.cache.usage(body))
        answer.usage = {"output_tokens": 60, **self.usages[-1]}
        return streamed(answer.events(body))
