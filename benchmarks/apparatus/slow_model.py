"""A stand-in for the Messages API that writes as slowly as a model does, for many at once.

``python -m benchmarks.apparatus.slow_model --port 8099 --pace-ms 90``. It answers as the tests'
stand-in does, in pieces of 24 characters (some six tokens; 90 ms for each are 65 tokens a second),
with at most so many statements as it is told, and notes the instant at which the last character of
each draft's first statement was on the wire. ``GET /wire`` tells those, by the
request id that the answer carried: ``{"req_7": {"first_statement": …, "ended": …}}``, Unix seconds.
"""

import argparse
import asyncio
import json
import time
from itertools import count
from typing import Any

from tests.recommendations.agent.stand_in import Answer, model_answer

_HEAD = (
    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nrequest-id: {id}\r\n"
    "transfer-encoding: chunked\r\n\r\n"
)
_numbers = count(1)
PIECE = 24  # characters


class SlowModel:
    """Answers every request at one pace."""

    def __init__(self, pace_seconds: float, statements: int) -> None:
        self._pace = pace_seconds
        self._statements = statements
        self.wire: dict[str, dict[str, float]] = {}
        self.now = 0  # answers under way
        self.most = 0  # at any time

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until its other end closes it."""
        try:
            while True:
                method, body = await _request(reader)
                if method == "GET":
                    told = {"wire": self.wire, "most_at_once": self.most}
                    await _whole(writer, told)
                else:
                    await self._stream(json.loads(body), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _stream(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        name = f"req_{next(_numbers)}"
        answer = _no_longer(model_answer(request), self._statements)
        first = _end_of_first(answer)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            writer.write(_HEAD.format(kind="text/event-stream", id=name).encode())
            sent = 0
            for event in answer.events(request):
                await _chunk(writer, event)
                sent += answer.piece if b"input_json_delta" in event else 0
                if first and sent >= first and name not in self.wire:
                    self.wire[name] = {"first_statement": time.time()}
                await asyncio.sleep(self._pace)
            writer.write(b"0\r\n\r\n")
            await writer.drain()
            if name in self.wire:
                self.wire[name]["ended"] = time.time()
        finally:
            self.now -= 1


def _no_longer(answer: Answer, statements: int) -> Answer:
    """The same answer with its first statements only."""
    answer.piece = PIECE
    block = answer.blocks[-1]
    if block.get("name") == "submit_draft":
        found = json.loads(block["input"])["statements"][:statements]
        block["input"] = json.dumps({"statements": found}, ensure_ascii=False)
    return answer


def _end_of_first(answer: Answer) -> int:
    """Return after how many characters the first statement is complete; 0 where none comes."""
    block = answer.blocks[-1]
    if block.get("name") != "submit_draft":
        return 0
    text = block["input"]
    if not json.loads(text)["statements"]:
        return 0  # the chart did not answer in time, and there was nothing to tell
    start = text.index("[") + 1
    _, end = json.JSONDecoder().raw_decode(text, start)
    return int(end)


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lengths = [
        line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-len")
    ]
    body = await reader.readexactly(int(lengths[0])) if lengths else b""
    return head.split(" ", maxsplit=1)[0], body


async def _whole(writer: asyncio.StreamWriter, told: Any) -> None:
    writer.write(_HEAD.format(kind="application/json", id="none").encode())
    await _chunk(writer, json.dumps(told).encode())
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))
    await writer.drain()


async def _serve(port: int, pace_seconds: float, statements: int) -> None:
    model = SlowModel(pace_seconds, statements)
    async with await asyncio.start_server(model.connected, "127.0.0.1", port, backlog=512) as here:
        await here.serve_forever()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="A slow stand-in for the Messages API.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pace-ms", type=float, default=90)
    parser.add_argument("--statements", type=int, default=100)
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.pace_ms / 1000, given.statements))


if __name__ == "__main__":
    main()
