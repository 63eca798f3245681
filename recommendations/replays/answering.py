"""The model's recorded answers, given again to whoever rebuilds the talk.

Each request that the code would send now is held against the one that was sent, and answered with
what came back then. Nothing leaves this machine.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from types import SimpleNamespace as Event
from typing import Any, Self

from recommendations.agent import request as requests
from recommendations.agent.answers import canonical
from recommendations.agent.errors import ModelError, Stopped
from recommendations.agent.model_client import Answering
from recommendations.replays.recorded import Call, body

_MARK = "cache_control"


@dataclass(frozen=True, slots=True)
class Compared:
    """One request, rebuilt. ``tries``: how often it was sent.

    ``kept``: what was sent is kept whole, by its hash. ``same``: rebuilt byte for byte, with the
    tools, settings and cache marks that were sent then. ``by_code``: these too are what the code
    has now. ``where``: the first place that differs from what the code would send.
    """

    turn: int
    tries: int
    sha256: str
    rebuilt_sha256: str
    kept: bool
    same: bool
    by_code: bool
    where: str


class Talk:
    """All turns of one recorded talk."""

    def __init__(self, calls: tuple[Call, ...]) -> None:
        self.compared: list[Compared] = []
        self.beyond = 0  # requests that the code sends and that were not sent then
        self._turns = [tuple(each) for _, each in groupby(calls, key=lambda call: call.turn)]
        self._calls = calls
        self._frame = _frame(body(calls[0])) if calls else {}

    @property
    def left(self) -> int:
        """Turns that were taken then, and that the code does not come to."""
        return len(self._turns) - len(self.compared)

    def ask(
        self, request: dict[str, Any], *, deadline: float, should_stop: Callable[[], bool]
    ) -> Answering:
        """Hold a request against what was sent, and answer it as it was answered."""
        at = len(self.compared)
        if at >= len(self._turns):
            self.beyond += 1
            return RecordedAnswering(request, None, [], deadline=deadline, should_stop=should_stop)
        tries = self._turns[at]
        self.compared.append(self._held(request, tries))
        blocks = _blocks(tries[-1], self._turns[at + 1 :])
        return RecordedAnswering(
            request, tries[-1], blocks, deadline=deadline, should_stop=should_stop
        )

    def _held(self, request: dict[str, Any], tries: tuple[Call, ...]) -> Compared:
        sent = body(tries[-1])
        messages = _marked_as(sent["messages"], request["messages"])
        words = request["system"][0]["text"]
        system = [{**sent["system"][0], "text": words}]
        as_sent = {**self._frame, "system": system, "messages": messages}
        _, rebuilt = requests.digest(as_sent)
        _, by_code = requests.digest(request)
        recorded = {hashlib.sha256(each.request.encode()).hexdigest() for each in tries}
        kept = {each.request_sha256 for each in tries}
        return Compared(
            turn=tries[-1].turn,
            tries=len(tries),
            sha256=tries[-1].request_sha256,
            rebuilt_sha256=rebuilt,
            kept=recorded == kept,
            same=recorded == kept == {rebuilt},
            by_code=recorded == {by_code},
            where=first_difference(sent, request),
        )


def _frame(sent: dict[str, Any]) -> dict[str, Any]:
    """What of a request is the same in every turn, but for the instructions."""
    return {name: value for name, value in sent.items() if name not in {"system", "messages"}}


def _marked_as(sent: list[Any], now: list[Any]) -> list[Any]:
    """The messages of now with the cache marks where they were: they tell the model nothing."""
    marked = []
    for at, message in enumerate(now):
        then = sent[at]["content"] if at < len(sent) else []
        marks = [*then, *({} for _ in message["content"])]
        blocks = [_as_marked(*pair) for pair in zip(message["content"], marks, strict=False)]
        marked.append({**message, "content": blocks})
    return marked


def _as_marked(block: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in block.items() if key != _MARK}
    return {**plain, _MARK: then[_MARK]} if _MARK in then else plain


class RecordedAnswering(Answering):
    """One recorded answer, told as the SDK told it."""

    def __init__(
        self,
        request: dict[str, Any],
        call: Call | None,
        blocks: list[dict[str, Any]],
        *,
        deadline: float,
        should_stop: Callable[[], bool],
    ) -> None:
        super().__init__(request, deadline=deadline, should_stop=should_stop)
        self._call = call
        self._blocks = blocks

    def __enter__(self) -> Self:
        if self._call is None:
            raise Stopped
        if self._call.code:
            failed = ModelError()  # not one that is tried again: all tries are in the record
            failed.code = self._call.code
            raise failed
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        answer = json.loads(self._call.answer) if self._call else {}
        inputs = iter([part["input"] for part in answer["content"] if "tool" in part])
        yield Event(type="message_start", message=Event(usage=_NO_TOKENS))
        for index, block in enumerate(self._blocks):
            yield Event(type="content_block_start", index=index, content_block=Event(**block))
            if block["type"] == "text":
                delta = Event(type="text_delta", text=block["text"])
                yield Event(type="content_block_delta", index=index, delta=delta)
            elif block["type"] == "tool_use":
                delta = Event(type="input_json_delta", partial_json=next(inputs))
                yield Event(type="content_block_delta", index=index, delta=delta)
        stopped = Event(stop_reason=answer["stop_reason"])
        yield Event(type="message_delta", delta=stopped, usage=_NO_TOKENS)
        yield Event(type="message_stop")

    def blocks(self) -> list[dict[str, Any]]:
        """As they went back to the model."""
        return self._blocks


_NO_TOKENS = Event(input_tokens=0, output_tokens=0)


def _blocks(call: Call, later: list[tuple[Call, ...]]) -> list[dict[str, Any]]:
    """The blocks of an answer, as they were kept; for older drafts out of the next request."""
    if call.code:
        return []
    if call.blocks:
        kept: list[dict[str, Any]] = json.loads(call.blocks)
        return kept
    if later:
        said = [each for each in body(later[0][-1])["messages"] if each["role"] == "assistant"]
        return list(said[-1]["content"])
    # The last answer: nothing follows that would need its ids.
    return [_made_up(part, at) for at, part in enumerate(json.loads(call.answer)["content"])]


def _made_up(part: dict[str, Any], at: int) -> dict[str, Any]:
    if "tool" in part:
        return {"type": "tool_use", "id": f"recorded-{at}", "name": part["tool"], "input": {}}
    return {"type": "text", "text": part["text"]}


def first_difference(sent: Any, now: Any, at: str = "") -> str:
    """The place where two values first differ ("messages[2].content"), without either of them."""
    pairs: list[tuple[str, Any, Any]]
    if isinstance(sent, dict) and isinstance(now, dict):
        pairs = [(_in(at, name), sent.get(name), now.get(name)) for name in sorted({*sent, *now})]
    elif isinstance(sent, list) and isinstance(now, list):
        both = enumerate(zip_longest(sent, now))
        pairs = [(f"{at}[{index}]", one, other) for index, (one, other) in both]
    else:
        return "" if canonical(sent) == canonical(now) else at
    found = (first_difference(one, other, place) for place, one, other in pairs)
    return next(filter(None, found), "")


def _in(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
