"""A model that is none: ``python -m tests.stand_in_model --port 8099``.

Speaks the streaming Messages API over HTTP, so that the product can be shown and tested without a
key: ``COUNTERSIGN_MODEL_BASE_URL=http://127.0.0.1:8099 ANTHROPIC_API_KEY=stand-in``. It reads with
the tools, then drafts from what they told, always the same from the same chart.

``POST /control`` with ``{"mode": "stall", "times": 1, "pace_ms": 20, "seeded": ["dose"]}`` sets how
it behaves from then on (``mending``: what it does with statements that are sent back); ``GET
/control`` tells how, and how many requests came. ``times`` is how many requests the mode lasts for
(all, if left out). Modes that break an answer off break the one that hands in the draft. See
``MODES``, ``SEEDS`` and ``MENDING`` for the names.
"""

import argparse
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.recommendations.agent.caching import ProviderCache
from tests.recommendations.agent.stand_in import (
    Answer,
    model_answer,
    results,
    sent_back,
    sse,
    tool_use,
)

# mode → HTTP status and type of the API's error, for those that fail before an answer
REFUSED_REQUESTS: dict[str, tuple[int, str, dict[str, str]]] = {
    "overloaded": (529, "overloaded_error", {}),
    "unavailable": (503, "api_error", {}),
    "throttled": (429, "rate_limit_error", {"retry-after": "1"}),
    "throttled_for_a_day": (429, "rate_limit_error", {"retry-after": "86400"}),
    "unauthorized": (401, "authentication_error", {}),
    "too_long": (400, "invalid_request_error", {}),
}
STOPS = {"refusal": "refusal", "max_tokens": "max_tokens", "unknown_stop": "something_new"}
BREAKS = ("truncate", "no_stop", "reset", "stall", "pings", "malformed_sse", "overloaded_midway")
# What it does with statements that are sent back: put right, wrong again, nothing; or fail.
MENDING = ("mend", "insist", "silent", *REFUSED_REQUESTS, *STOPS, *BREAKS)
MODES = ("ok", "html", "cut_tool_json", "bad_tool_json", *REFUSED_REQUESTS, *STOPS, *BREAKS)
SEEDS = ("dose", "value", "not_found", "omitted", "forty")


@dataclass
class Control:
    """How the stand-in behaves now."""

    mode: str = "ok"
    times: int | None = None
    pace_ms: int = 15  # between two events
    seeded: list[str] = field(default_factory=list)  # wrong statements to put in
    down: list[str] = field(default_factory=list)  # models that are overloaded
    mending: str = "mend"
    mending_pace_ms: int = 0  # where another pace is wanted for it
    requests: int = 0

    def set(self, wanted: dict[str, Any]) -> None:
        """Take what is given; refuse what is unknown."""
        if wanted.get("mode", "ok") not in MODES or set(wanted.get("seeded", [])) - set(SEEDS):
            raise ValueError(f"modes: {MODES}; seeds: {SEEDS}")
        if wanted.get("mending", "mend") not in MENDING:
            raise ValueError(f"mending: {MENDING}")
        self.mending = wanted.get("mending", "mend")
        self.down = list(wanted.get("down", []))
        self.mending_pace_ms = int(wanted.get("mending_pace_ms", 0))
        self.mode = wanted.get("mode", "ok")
        self.times = wanted.get("times")
        self.pace_ms = int(wanted.get("pace_ms", 15))
        self.seeded = list(wanted.get("seeded", []))

    def next_mode(self, *, drafting: bool) -> str:
        """The mode for the request at hand, and one time less for it."""
        self.requests += 1
        applies = drafting or self.mode in REFUSED_REQUESTS or self.mode == "html"
        if not applies or self.times == 0:
            return "ok"
        if self.times is not None:
            self.times -= 1
        return self.mode


def seeded(answer: Answer, wanted: list[str]) -> Answer:
    """The draft with wrong statements in it, each said in claim and sentence alike."""
    last = answer.blocks[-1]
    if last.get("name") != "submit_draft" or not wanted or '"withdrawn"' in last["input"]:
        return answer
    handed_in = json.loads(last["input"])
    statements = handed_in["statements"]
    for seed in wanted:
        if seed == "forty":  # as long a draft as a document may be, nearly
            statements[:] = [s for s in statements for _ in range(4)][:64]
        elif seed == "omitted":  # no allergy and no medication is told
            untold = {"allergy", "medication", "dosage"}
            statements[:] = [s for s in statements if s["claims"][0]["kind"] not in untold]
        elif seed == "not_found":
            statements.append(_invented(statements[-1]["section"]))
        else:
            _make_wrong(statements, seed)
    return Answer([tool_use("submit_draft", handed_in)], usage=answer.usage)


def _meant(request: dict[str, Any], mode: str, seeds: list[str]) -> Answer:
    """What it would say if nothing broke."""
    if mode == "insist":
        return insisting(request)
    if mode == "silent":
        return Answer([tool_use("submit_draft", {"statements": []})])
    return seeded(model_answer(request), seeds)


def insisting(request: dict[str, Any]) -> Answer:
    """Each statement that was sent back once more, wrong in another way."""
    again = [
        {"replaces": doubt["number"], **_invented(doubt["section"], "Pertussis")}
        for doubt in sent_back(request)
    ]
    return Answer([tool_use("submit_draft", {"statements": again})])


def _invented(section: str, name: str = "Gout") -> dict[str, Any]:
    claim = {"kind": "condition", "ref": "cond999", "name": name, "status": "active"}
    return {"section": section, "text": f"{name}, active.", "claims": [claim]}


def _make_wrong(statements: list[dict[str, Any]], seed: str) -> None:
    kind = "medication" if seed == "dose" else "observation"
    for statement in statements:
        claim = statement["claims"][0]
        if claim["kind"] != kind:
            continue
        if kind == "observation":
            wrong = round(float(claim["value"]) * 10, 2)
            statement["text"] = statement["text"].replace(str(claim["value"]), str(wrong), 1)
            claim["value"] = wrong
        else:
            claim["dose"] = "475 mg"
            statement["text"] = statement["text"].rstrip(".") + ", 475 mg."
        return


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    control: Control
    cache: ProviderCache

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: a request holds a chart."""

    def do_GET(self) -> None:
        self._json(200, asdict(self.control))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/control":
            return self._controlled(body)
        mode = self.control.next_mode(drafting=bool(results(body)))
        if body["model"] in self.control.down:
            mode = "overloaded"
        if sent_back(body) and self.control.mending != "mend":
            mode = self.control.mending
        if mode in REFUSED_REQUESTS:
            return self._refused(*REFUSED_REQUESTS[mode], mode)
        if mode == "html":
            return self._send(200, b"<html>Please sign in</html>", "text/html", {})
        return self._stream(body, mode)

    def _controlled(self, wanted: dict[str, Any]) -> None:
        try:
            self.control.set(wanted)
        except ValueError as error:
            return self._json(400, {"error": str(error)})
        return self._json(200, asdict(self.control))

    def _refused(self, status: int, kind: str, headers: dict[str, str], mode: str) -> None:
        message = "prompt is too long: 300000 tokens" if mode == "too_long" else mode
        body = {"type": "error", "error": {"type": kind, "message": message}}
        self._send(status, json.dumps(body).encode(), "application/json", headers)

    def _json(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), "application/json", {})

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {
            "content-type": kind,
            "content-length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, request: dict[str, Any], mode: str) -> None:
        self.send_response(200)
        for name, value in {
            "content-type": "text/event-stream; charset=utf-8",
            "transfer-encoding": "chunked",
            "request-id": f"req_standin_{self.control.requests}",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        counted = self.cache.usage(request)
        slower = self.control.mending_pace_ms if sent_back(request) else 0
        try:
            for event in broken(request, mode, self.control.seeded, counted):
                self._chunk(event)
                time.sleep((slower or self.control.pace_ms) / 1000)
            self._end(mode)
        except OSError:
            self.close_connection = True  # the reader went away

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _end(self, mode: str) -> None:
        if mode == "reset":
            # Linger of nothing: the socket is torn down by a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        elif mode == "stall":
            time.sleep(600)
        else:
            self.wfile.write(b"0\r\n\r\n")


def broken(
    request: dict[str, Any], mode: str, seeds: list[str], counted: dict[str, int]
) -> Iterator[bytes]:
    """The events of an answer in ``mode``; ``counted`` is its input, as the cache has it."""
    answer = _meant(request, mode, seeds)
    answer.usage |= counted
    if mode in STOPS:
        answer.stop_reason = STOPS[mode]
    if mode == "cut_tool_json":
        answer.blocks[-1]["input"] = answer.blocks[-1]["input"][:-40]
    if mode == "bad_tool_json":
        answer.blocks[-1]["input"] = answer.blocks[-1]["input"].replace(
            '"text": "', '"text": oops"', 1
        )
    events = list(answer.events(request))
    if mode == "no_stop":
        events = events[:-1]
    elif mode in BREAKS:
        events = events[: len(events) * 2 // 3]
    yield from events
    if mode == "pings":
        while True:
            yield sse("ping")
    elif mode == "malformed_sse":
        yield b'event: content_block_delta\ndata: {"type": "content_bl\n\n'
    elif mode == "overloaded_midway":
        yield sse("error", error={"type": "overloaded_error", "message": "Overloaded"})


class Server:
    """The stand-in on a port of its own, for tests in one process."""

    def __init__(self, port: int = 0) -> None:
        self.control = Control()
        bound = {"control": self.control, "cache": ProviderCache()}
        handler = type("BoundHandler", (Handler,), bound)
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8099)
    server = Server(parser.parse_args().port)
    server.http.serve_forever()


if __name__ == "__main__":
    main()
