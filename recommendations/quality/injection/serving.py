"""The stand-in on a port of this machine, speaking as the Messages API does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Protocol, Self

_PIECE = 400  # characters of one event
_ids = count(1)


class Model(Protocol):
    """Whatever answers a request."""

    def answer(self, body: str) -> Iterator[bytes]:
        """The events of the answer."""


def events(request: dict[str, Any], calls: list[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
    usage = {"input_tokens": 900, "output_tokens": 60}
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": request["model"],
        "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    yield _sse("message_start", message=message)
    for index, (name, given) in enumerate(calls):
        block = {"type": "tool_use", "id": f"toolu_{next(_ids)}", "name": name, "input": {}}
        yield _sse("content_block_start", index=index, content_block=block)
        text = json.dumps(given)
        for at in range(0, len(text), _PIECE):
            delta = {"type": "input_json_delta", "partial_json": text[at : at + _PIECE]}
            yield _sse("content_block_delta", index=index, delta=delta)
        yield _sse("content_block_stop", index=index)
    stop = {"stop_reason": "tool_use", "stop_sequence": None}
    yield _sse("message_delta", delta=stop, usage=usage)
    yield _sse("message_stop")


def _sse(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


class Server:
    """The stand-in on a port of this machine, while the ``with`` lasts."""

    def __init__(self, model: Model) -> None:
        handler = type("Handler", (_Handler,), {"model": model})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        answer = b"".join(self.model.answer(body))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("content-length", str(len(answer)))
        self.send_header("request-id", "req_stand_in")
        self.end_headers()
        self.wfile.write(answer)
