"""A stand-in for the Messages API: it reads requests as the API would, and streams its answers.

``StandIn`` is a callable for ``httpx2.MockTransport``; the same answers are served over HTTP by
``tests.stand_in_model``. It drafts from what the tools told it, so that nothing in a test knows
the draft beforehand, and breaks off in every way that was seen of the real thing.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2

CHART_DATA = re.compile(r'<chart_data tool="(\w+)">(.*)</chart_data>', re.DOTALL)


SENT_BACK = re.compile(r'<chart_data tool="verification">(.*)</chart_data>', re.DOTALL)


def sse(kind: str, **fields: Any) -> bytes:
    """One server-sent event as the API writes it."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


@dataclass
class Answer:
    """What to say: blocks of text and tool calls, and how to stop."""

    blocks: list[dict[str, Any]]
    stop_reason: str = "tool_use"
    usage: dict[str, int] = field(default_factory=lambda: {"input_tokens": 900, "output_tokens": 9})
    piece: int = 40  # characters in one delta

    def events(self, request: dict[str, Any]) -> Iterator[bytes]:
        """The whole answer, event by event."""
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": request["model"],
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {**self.usage, "output_tokens": 1},
        }
        yield sse("message_start", message=message)
        yield sse("ping")
        for index, block in enumerate(self.blocks):
            yield from self._block(index, block)
        yield sse(
            "message_delta",
            delta={"stop_reason": self.stop_reason, "stop_sequence": None},
            usage=self.usage,
        )
        yield sse("message_stop")

    def _block(self, index: int, block: dict[str, Any]) -> Iterator[bytes]:
        if block["type"] == "tool_use":
            start, text = {**block, "input": {}}, block["input"]
            kind, name = "input_json_delta", "partial_json"
        else:
            start, text = {"type": "text", "text": ""}, block["text"]
            kind, name = "text_delta", "text"
        yield sse("content_block_start", index=index, content_block=start)
        for at in range(0, len(text), self.piece):
            delta = {"type": kind, name: text[at : at + self.piece]}
            yield sse("content_block_delta", index=index, delta=delta)
        yield sse("content_block_stop", index=index)


_ids = count(1)


def tool_use(name: str, arguments: dict[str, Any] | str) -> dict[str, Any]:
    """A tool call; ``arguments`` may be text, to be wrong in."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"type": "tool_use", "id": f"toolu_{next(_ids)}", "name": name, "input": text}


def results(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the tools have told so far, by tool, out of the request's tool results."""
    found = {}
    for message in request["messages"]:
        for block in message["content"]:
            if block["type"] == "tool_result":
                match = CHART_DATA.fullmatch(str(block["content"]))
                if match:
                    found[match[1]] = json.loads(match[2])
    return found


def reading_tools(request: dict[str, Any]) -> list[str]:
    """The clinical tools that are offered."""
    return [tool["name"] for tool in request["tools"] if tool["name"] != "submit_draft"]


def model_answer(request: dict[str, Any]) -> Answer:
    """Read everything at once, then hand in a draft of what was read."""
    read = results(request)
    if not read:
        return Answer([tool_use(name, {}) for name in reading_tools(request)])
    if doubts := sent_back(request):
        return mending(request, read, doubts)
    statements = draft_of(request, read)
    usage = {
        "input_tokens": 300,
        "cache_read_input_tokens": 5200,
        "cache_creation_input_tokens": 800,
        "output_tokens": 60 * len(statements),
    }
    handed_in = {**chosen_of(request), "statements": statements}
    return Answer([tool_use("submit_draft", handed_in)], usage=usage)


def chosen_of(request: dict[str, Any]) -> dict[str, str]:
    """The last of each list of options: the least urgent, where urgency is asked for."""
    submit = next(tool for tool in request["tools"] if tool["name"] == "submit_draft")
    fields = submit["input_schema"]["properties"].items()
    return {key: field["enum"][-1] for key, field in fields if "enum" in field}


def sent_back(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements that the last message sends back; none where it does not."""
    for block in request["messages"][-1]["content"]:
        match = SENT_BACK.search(str(block.get("content", "")))
        if match:
            found: list[dict[str, Any]] = json.loads(match[1])
            return found
    return []


def mending(
    request: dict[str, Any], read: dict[str, dict[str, Any]], doubts: list[dict[str, Any]]
) -> Answer:
    """Replace each statement by the true one that it comes from; withdraw what comes from none."""
    true = {each["text"]: each for each in draft_of(request, read)}
    statements, withdrawn = [], []
    for doubt in doubts:
        alike = difflib.get_close_matches(doubt["text"], true, n=1, cutoff=0.7)
        if alike:
            statements.append({"replaces": doubt["number"], **true[alike[0]]})
        else:
            withdrawn.append(doubt["number"])
    answer = {"statements": statements, "withdrawn": withdrawn}
    return Answer([tool_use("submit_draft", answer)])


def draft_of(request: dict[str, Any], read: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Statements on the facts that were read, as a well-behaved model would write them."""
    sections = _sections(request)
    # Documents for a patient have a section of this name.
    to_patient = sections.get("medications") == "medicines"
    found = []
    for tool, result in read.items():
        for fact in result.get("facts", [])[:6]:
            made = (_to_patient if to_patient else _statement)(tool, fact)
            if made is not None:
                found.append({"section": sections[tool], **made})
    return found


def _sections(request: dict[str, Any]) -> dict[str, str]:
    """Which section a tool's facts go to, in any document."""
    submit = next(tool for tool in request["tools"] if tool["name"] == "submit_draft")
    statement = submit["input_schema"]["properties"]["statements"]["items"]
    keys = statement["properties"]["section"]["enum"]
    wanted = {
        "demographics": ("why_today", "subjective", "reasons_for"),
        "diagnoses": ("problems", "assessment", "reasons_for"),
        "medications": ("medications", "allergies_and_medications", "medicines"),
        "allergies": ("allergies", "allergies_and_medications"),
        "labs": ("results", "objective", "findings", "reasons_for"),
        "vitals": ("results", "objective", "findings", "reasons_for"),
        "complaint": ("reasons_for",),
    }
    return {
        tool: next((key for key in wanted.get(tool, ()) if key in keys), keys[-1])
        for tool in reading_tools(request)
    }


def day(text: str) -> str:
    """``2026-11-17`` as ``17 Nov 2026``; less where the chart says less."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    parts = text[:10].split("-")
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, months[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def _statement(tool: str, fact: dict[str, Any]) -> dict[str, Any] | None:
    writers: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
        "demographics": _person,
        "diagnoses": _condition,
        "medications": _medication,
        "allergies": _allergy,
        "labs": _observation,
        "vitals": _observation,
        "complaint": _complaint,
    }
    return writers[tool](fact) if tool in writers else None


def _complaint(fact: dict[str, Any]) -> dict[str, Any]:
    said = fact["text"].split(". ")[0].rstrip(".")
    text = f"{fact['name']} of {day(fact['authored'])} says: “{said}”."
    return {"text": text, "claims": [{"kind": "note", "ref": fact["handle"], "quote": said}]}


def _to_patient(tool: str, fact: dict[str, Any]) -> dict[str, Any] | None:
    """As it is said to a patient: what they are to take, and what was found."""
    if tool == "medications":
        return _instruction(fact)
    made = _observation(fact) if tool == "labs" and fact.get("status") == "final" else None
    if made is None:
        return None
    number_and_day = made["text"].removeprefix(fact["name"]).strip()
    return {**made, "text": f"Your {fact['name']} was {number_and_day}"}


def _instruction(fact: dict[str, Any]) -> dict[str, Any] | None:
    needed = fact.get("status") == "active" and fact.get("dose") and fact.get("frequency")
    if not needed or fact.get("reported") or fact.get("coded") or fact.get("warnings"):
        return None
    claim = {"kind": "medication", "ref": fact["handle"], "name": fact["name"]}
    claim |= {"dose": fact["dose"], "frequency": fact["frequency"], "status": "active"}
    text = f"Take your {fact['name']}, {fact['dose']} {fact['frequency']}"
    if fact.get("as_needed"):
        claim["as_needed"] = True
        text += " as needed"
    return {"text": f"{text}.", "claims": [claim]}


def _person(fact: dict[str, Any]) -> dict[str, Any] | None:
    if fact.get("sex") not in {"female", "male"}:
        return None
    if "age" not in fact:
        claim = {"kind": "demographics", "ref": fact["handle"], "sex": fact["sex"]}
        return {"text": f"Sex: {fact['sex']}, age unknown.", "claims": [claim]}
    claim = {"kind": "demographics", "ref": fact["handle"], "age": fact["age"], "sex": fact["sex"]}
    word = "woman" if fact["sex"] == "female" else "man"
    return {"text": f"{fact['age']}-year-old {word}.", "claims": [claim]}


def _condition(fact: dict[str, Any]) -> dict[str, Any]:
    claim = {"kind": "condition", "ref": fact["handle"], "name": fact["name"]}
    text = fact["name"]
    if fact.get("status"):
        claim["status"] = fact["status"]
        text += f", {fact['status']}"
    if fact.get("verification") not in {None, "confirmed"}:
        # What was refuted or is in doubt is not said as if it were so.
        claim["verification"] = fact["verification"]
        text += f", {fact['verification']}"
    if fact.get("onset"):
        claim["onset"] = fact["onset"][:10]
        text += f", since {day(fact['onset'])}"
    return {"text": f"{text}.", "claims": [claim]}


def _medication(fact: dict[str, Any]) -> dict[str, Any]:
    claim = {"kind": "medication", "ref": fact["handle"], "name": fact["name"]}
    text = fact["name"]
    for key in ("frequency", "status"):
        if fact.get(key):
            claim[key] = fact[key]
            text += f", {fact[key]}"
    if fact.get("authored"):
        claim["ordered"] = fact["authored"][:10]
        text += f", ordered {day(fact['authored'])}"
    return {"text": f"{text}.", "claims": [claim]}


def _allergy(fact: dict[str, Any]) -> dict[str, Any] | None:
    if fact.get("none_known"):
        return None
    claim = {"kind": "allergy", "ref": fact["handle"], "substance": fact["name"]}
    over = f", {fact['status']}" if fact.get("status") not in {None, "active"} else ""
    return {"text": f"Allergy: {fact['name']}{over}.", "claims": [claim]}


def _observation(fact: dict[str, Any]) -> dict[str, Any] | None:
    if not fact.get("value") or " " not in fact["value"] or not fact.get("effective"):
        return None
    number, unit = fact["value"].split(" ", 1)
    claim = {
        "kind": "observation",
        "ref": fact["handle"],
        "name": fact["name"],
        "value": json.loads(number) if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", number) else number,
        "unit": unit,
        "when": fact["effective"][:10],
    }
    text = f"{fact['name']} {number} {unit} on {day(fact['effective'])}."
    return {"text": text, "claims": [claim]}


class Pieces(httpx2.SyncByteStream):
    """A body that comes in pieces, and may raise in the middle."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


Script = Callable[[dict[str, Any]], Answer | httpx2.Response]


class StandIn:
    """The API as a transport's handler. ``script`` says what to answer, request by request.

    A script entry is a function of the request, giving an ``Answer`` or a whole response; when
    the script is over, the well-behaved model answers.
    """

    def __init__(self, *script: Script) -> None:
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[httpx2.Headers] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        self.requests.append(body)
        self.headers.append(request.headers)
        answer = (self.script.pop(0) if self.script else model_answer)(body)
        return answer if isinstance(answer, httpx2.Response) else streamed(answer.events(body))

    def transport(self) -> httpx2.MockTransport:
        """For ``settings.MODEL_TRANSPORT_FACTORY``."""
        return httpx2.MockTransport(self)


def streamed(events: Iterator[bytes], **headers: str) -> httpx2.Response:
    """A response that streams ``events``."""
    given = {"content-type": "text/event-stream; charset=utf-8", "request-id": "req_1", **headers}
    return httpx2.Response(200, headers=given, stream=Pieces(events))


def failing(status: int, kind: str, message: str = "no", **headers: str) -> Script:
    """A script entry: an error of the API's before the answer."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_e"}
    return lambda request: httpx2.Response(status, json=body, headers=headers)


def breaking(
    answer: Callable[[dict[str, Any]], Answer], after: float, how: bytes | Exception | None = None
) -> Script:
    """A script entry: ``answer`` until a share of its events, then bytes, a fault, or the end."""

    def script(request: dict[str, Any]) -> httpx2.Response:
        events = list(answer(request).events(request))
        kept = events[: int(len(events) * after)] if after < 1 else events[: -int(after)]

        def pieces() -> Iterator[bytes]:
            yield from kept
            if isinstance(how, bytes):
                yield how
            elif how is not None:
                raise how

        return streamed(pieces())

    return script
