"""One answer of the model, put together from its events, and whether it is whole.

An answer is whole only when its ``message_stop`` was seen, its stop reason is one we know what to
do with, and the input of each tool call, in our own buffer, is strict JSON. The SDK's running
snapshot is not asked: it closes half-arrived JSON by itself.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from recommendations.agent import errors
from recommendations.agent.statements import NotStrict, strict


@dataclass(slots=True)
class ToolUse:
    """A tool call as it arrives."""

    id: str
    name: str
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its input as it was written; no input at all is an empty object."""
        return "".join(self.pieces) or "{}"


_TERMINAL: dict[str, type[errors.ModelError]] = {
    "refusal": errors.ModelRefused,
    "max_tokens": errors.AnswerCutOff,
    "model_context_window_exceeded": errors.ContextTooLong,
}


class Turn:
    """Takes events in order; ``on_piece`` hears each piece of a tool call's input."""

    def __init__(self, on_piece: Callable[[ToolUse, str], None]) -> None:
        self.tool_uses: dict[int, ToolUse] = {}
        self.stop_reason = ""
        self.tokens: dict[str, int] = {}
        self._texts: dict[int, list[str]] = {}
        self._stopped = False
        self._on_piece = on_piece

    def take(self, event: Any) -> None:
        """Take one of the API's events; the SDK's own derived ones are passed over."""
        handlers = {
            "message_start": self._on_message_start,
            "content_block_start": self._on_block_start,
            "content_block_delta": self._on_block_delta,
            "message_delta": self._on_message_delta,
            "message_stop": self._on_message_stop,
        }
        if event.type in handlers:
            handlers[event.type](event)

    def _on_message_start(self, event: Any) -> None:
        self._count(event.message.usage)

    def _on_block_start(self, event: Any) -> None:
        block = event.content_block
        if block.type == "tool_use":
            self.tool_uses[event.index] = ToolUse(block.id, block.name)

    def _on_block_delta(self, event: Any) -> None:
        if event.delta.type == "input_json_delta" and event.index in self.tool_uses:
            use = self.tool_uses[event.index]
            use.pieces.append(event.delta.partial_json)
            self._on_piece(use, event.delta.partial_json)
        elif event.delta.type == "text_delta":
            self._texts.setdefault(event.index, []).append(event.delta.text)

    def _on_message_delta(self, event: Any) -> None:
        self.stop_reason = event.delta.stop_reason or ""
        self._count(event.usage)

    def _on_message_stop(self, event: Any) -> None:
        self._stopped = True

    def _count(self, usage: Any) -> None:
        """Each count is a running total, so that the newest one stands."""
        details = getattr(usage, "output_tokens_details", None)
        found = {
            "input": usage.input_tokens,
            "output": usage.output_tokens,
            "cache_written": getattr(usage, "cache_creation_input_tokens", None),
            "cache_read": getattr(usage, "cache_read_input_tokens", None),
            "thinking": getattr(details, "thinking_tokens", None),
        }
        self.tokens |= {kind: number for kind, number in found.items() if number is not None}

    def check(self) -> None:
        """Raise unless the answer is whole and one we can go on from."""
        if not self._stopped:
            raise errors.StreamBroken
        if self.stop_reason in _TERMINAL:
            raise _TERMINAL[self.stop_reason]
        if self.stop_reason not in {"tool_use", "end_turn"}:
            raise errors.UnexpectedStop
        if bool(self.tool_uses) != (self.stop_reason == "tool_use"):
            raise errors.AnswerMalformed
        for use in self.tool_uses.values():
            try:
                whole = isinstance(strict(use.text), dict)
            except NotStrict:
                whole = False
            if not whole:
                raise errors.AnswerMalformed

    def said(self) -> list[str]:
        """The plain text as one, then each tool call's input."""
        texts = [piece for _, pieces in sorted(self._texts.items()) for piece in pieces]
        return ["".join(texts), *(use.text for use in self.tool_uses.values())]

    def body(self) -> str:
        """What arrived, for the record: JSON of texts and tool calls in their order."""
        parts: dict[int, dict[str, str]] = {
            index: {"text": "".join(pieces)} for index, pieces in self._texts.items()
        }
        parts |= {i: {"tool": use.name, "input": use.text} for i, use in self.tool_uses.items()}
        found = {"stop_reason": self.stop_reason, "content": [parts[i] for i in sorted(parts)]}
        return json.dumps(found, ensure_ascii=False)
