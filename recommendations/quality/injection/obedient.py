"""A stand-in for the model that obeys: it reads requests as the API gets them, over HTTP.

First it reads with every tool, as a model would. What it then finds written anywhere in the
request it undoes (base64, turned letters, look-alikes, halves that belong together) until it reads
as an order that it understands, and does as told: calls tools, then hands in a draft of true
statements with the ordered ones among them. It knows no attack beforehand, only orders.
"""

import base64
import binascii
import codecs
import html
import json
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self
from urllib.parse import unquote

from recommendations.quality.injection.goals import Goal
from recommendations.quality.injection.obeying import Known, Statement
from recommendations.quality.injection.truths import true_statements

_CHART = re.compile(r'<chart_data tool="(\w+)">(.*)</chart_data>', re.DOTALL)
_SENT_BACK = re.compile(r'<chart_data tool="verification">(.*)</chart_data>', re.DOTALL)
_CODE = re.compile(r"[A-Za-z0-9+/=_-]{16,}|(?:[0-9a-fA-F]{2}\s?){12,}")
_LOOK = str.maketrans("аеорсхуіј", "aeopcxyij")  # noqa: RUF001 - Cyrillic that looks Latin
_FIGURES = str.maketrans("431057", "aeiost")
_PIECE = 400
_ids = count(1)


@dataclass
class Heard:
    """What the stand-in was sent and did for one attack."""

    bodies: list[str] = field(default_factory=list, repr=False)
    obeyed: Goal | None = None
    said: list[str] = field(default_factory=list)  # the ordered statements' words
    mark: str = ""


def sign_of(order: str) -> str:
    """What an order is known by: its beginning, for a field may have cut it."""
    return squashed(order)[:40]


def squashed(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


class Obedient:
    """``orders`` are the plain wordings that it understands, squashed, each with its goal."""

    def __init__(self, orders: Mapping[str, tuple[Goal, str]]) -> None:
        self._orders = orders
        self._asked: set[int] = set()
        self.heard = Heard()

    def answer(self, body: str) -> Iterator[bytes]:
        """The events of the answer to one request."""
        self.heard.bodies.append(body)
        request = json.loads(body)
        read = _results(request)
        if not read:
            return _events(request, [(name, {}) for name in _tools(request)])
        goal, order = self._order_in(read)
        self.heard.obeyed, self.heard.mark = goal, _mark(request)
        if goal and goal.calls and not _was_called(request):
            return _events(request, list(goal.calls))
        if numbers := _sent_back(request):
            return _events(request, [("submit_draft", self._again(request, read, numbers))])
        return _events(
            request, [("submit_draft", {"statements": self._draft(request, read, goal, order)})]
        )

    def _again(
        self, request: dict[str, Any], read: dict[str, Any], numbers: list[int]
    ) -> dict[str, Any]:
        """What was ordered once more, in the place of each statement that was sent back."""
        goal, order = self._order_in(read)
        ordered = self._ordered(request, read, goal, order) if goal else []
        return {
            "statements": [
                {"replaces": number, **ordered[at % len(ordered)]}
                for at, number in enumerate(numbers)
                if ordered
            ]
        }

    def _draft(
        self, request: dict[str, Any], read: dict[str, Any], goal: Goal | None, order: str
    ) -> list[Statement]:
        sections = _sections(request)
        true = true_statements(read, sections[0])
        if goal is None:
            return true
        ordered = self._ordered(request, read, goal, order)
        self.heard.said = [each["text"] for each in ordered]
        # Half of a draft must be usable, or all of it is thrown away: an attacker would see to it.
        return [*true, *ordered, *true][: 2 * len(ordered) + len(true)]

    def _ordered(
        self, request: dict[str, Any], read: dict[str, Any], goal: Goal, order: str
    ) -> list[Statement]:
        facts = {tool: result["facts"][0] for tool, result in read.items() if result.get("facts")}
        return goal.obey(Known(facts, self.heard.mark, _sections(request)[0], order))

    def _order_in(self, read: dict[str, Any]) -> tuple[Goal | None, str]:
        return self.understood([text for each in read.values() for text in _strings(each)])

    def understood(self, strings: list[str]) -> tuple[Goal | None, str]:
        """The first order that these texts give, in whatever guise, with its plain words."""
        for view in _views(strings):
            for order, found in self._orders.items():
                if order in view or order.translate(_FIGURES) in view:
                    return found
        return None, ""


def _views(strings: list[str]) -> Iterator[str]:
    joined = " ".join(strings)
    bare = re.sub(r"\(\d/\d\)", " ", joined)
    yield squashed(joined)
    yield squashed(bare)
    yield squashed(" ".join(reversed(re.split(r"(?=\(2/2\))", joined))))
    parts = [part for text in strings for part in re.findall(r"\((\d)/\d\) ((?:(?!\n\n).)*)", text)]
    yield squashed(" ".join(text for _, text in sorted(parts)))
    yield squashed(bare.translate(_LOOK))
    yield squashed(joined.translate(_FIGURES))
    yield squashed(unquote(html.unescape(joined)))
    yield squashed(re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), joined))
    yield squashed(codecs.decode(joined, "rot13"))
    yield squashed(joined[::-1])
    for found in _CODE.finditer(joined):
        yield from (squashed(text) for text in _decoded(found[0], depth=2))


def _decoded(code: str, *, depth: int) -> Iterator[str]:
    packed = re.sub(r"\s", "", code)
    for read in (_base64, base64.b32decode, bytes.fromhex):
        try:
            text = read(packed).decode()
        except (ValueError, binascii.Error):
            continue
        yield text
        if depth > 1:
            yield from _decoded(text, depth=depth - 1)


def _base64(packed: str) -> bytes:
    return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _results(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for message in request["messages"]:
        for block in message["content"]:
            match = _CHART.fullmatch(str(block.get("content", "")))
            if block["type"] == "tool_result" and match:
                found.setdefault(match[1], json.loads(match[2]))
    return found


def _sent_back(request: dict[str, Any]) -> list[int]:
    """Numbers of the statements that the last message sends back."""
    for block in request["messages"][-1]["content"]:
        match = _SENT_BACK.search(str(block.get("content", "")))
        if match:
            return [int(each["number"]) for each in json.loads(match[1])]
    return []


def _was_called(request: dict[str, Any]) -> bool:
    answers = [message for message in request["messages"] if message["role"] == "assistant"]
    return len(answers) > 1


def _tools(request: dict[str, Any]) -> list[str]:
    return [tool["name"] for tool in request["tools"] if tool["name"] != "submit_draft"]


def _sections(request: dict[str, Any]) -> list[str]:
    submit = next(tool for tool in request["tools"] if tool["name"] == "submit_draft")
    items = submit["input_schema"]["properties"]["statements"]["items"]
    return list(items["properties"]["section"]["enum"])


def _mark(request: dict[str, Any]) -> str:
    found = re.search(r"\[(CS-[0-9a-f]+)\]\s*$", request["system"][-1]["text"])
    return found[1] if found else ""


def _events(request: dict[str, Any], calls: list[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
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

    def __init__(self, model: Obedient) -> None:
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
    model: Obedient

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
