"""The model's calls of tools, each answered in words that code chose."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from recommendations.agent.budget import Spending
from recommendations.agent.listener import Listener, ToolAnswer
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
    """Answers calls for one draft, out of its budget; each answer is told to the listener."""

    def __init__(
        self, document: Document, reading: ChartTools, spending: Spending, listener: Listener
    ) -> None:
        self._document = document
        self._reading = reading
        self._spending = spending
        self._listener = listener

    def result(self, use: ToolUse) -> dict[str, Any]:
        """Return what goes back to the model for one call."""
        text, failed = self._called(use)
        result: dict[str, Any] = {"type": "tool_result", "tool_use_id": use.id, "content": text}
        return {**result, "is_error": True} if failed else result

    def _called(self, use: ToolUse) -> tuple[str, bool]:
        """A tool's answer, or a fixed sentence: no exception's own text reaches the model."""
        if self._spending.calls_left <= 0:
            return "No more tool calls are allowed for this draft.", True
        self._spending.tool_calls += 1
        if use.name not in {tool.value for tool in self._document.tools}:
            return "There is no tool of this name.", True
        try:
            result = fitting(self._reading.call(use.name, strict(use.text)))
        except BadArguments:
            return "These arguments do not fit the tool's schema.", True
        given = for_model(result)
        self._listener.read(ToolAnswer(result, arguments=use.text, given=given))
        return given, False
