"""The model's calls of tools, each answered in words that code chose."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from recommendations.agent.budget import Spending
from recommendations.agent.listener import Listener, ToolAnswer
from recommendations.agent.prompts.loop_words import TalkWords
from recommendations.agent.statements import strict
from recommendations.agent.turns import ToolUse
from recommendations.clinical.calls import BadArguments
from recommendations.clinical.for_model import fitting, for_model
from recommendations.clinical.results import ToolResult
from recommendations.workflows.documents import Document


class ChartTools(Protocol):
    """What the conversation needs of a reading: its day, and answers to tool calls."""

    @property
    def as_of(self) -> datetime:
        """The instant of the reading."""
        ...

    def call(self, name: str, arguments: Mapping[str, Any] | None = None) -> ToolResult:
        """What one tool says; raises :class:`BadArguments`."""
        ...

    def given_for_model(self) -> str:
        """What was given with the request, delimited as data; empty for nothing."""
        ...


class Calling:
    """Answers calls for one draft, out of its budget; each answer is told to the listener.

    ``framed`` puts an answer into the form that the model is given.
    """

    def __init__(
        self,
        document: Document,
        reading: ChartTools,
        spending: Spending,
        listener: Listener,
        *,
        words: TalkWords,
        framed: Callable[[ToolResult], str] = for_model,
    ) -> None:
        self._document = document
        self._reading = reading
        self._spending = spending
        self._listener = listener
        self._words = words
        self._framed = framed

    def result(self, use: ToolUse) -> dict[str, Any]:
        """Return what goes back to the model for one call."""
        text, failed = self._called(use)
        result: dict[str, Any] = {"type": "tool_result", "tool_use_id": use.id, "content": text}
        return {**result, "is_error": True} if failed else result

    def _called(self, use: ToolUse) -> tuple[str, bool]:
        """A tool's answer, or a fixed sentence: no exception's own text reaches the model."""
        if self._spending.calls_left <= 0:
            return self._words.no_more_calls, True
        self._spending.tool_calls += 1
        if use.name not in {tool.value for tool in self._document.tools}:
            return self._words.no_such_tool, True
        try:
            result = fitting(self._reading.call(use.name, strict(use.text)))
        except BadArguments:
            return self._words.bad_arguments, True
        given = self._framed(result)
        self._listener.read(ToolAnswer(result, arguments=use.text, given=given))
        return given, False
