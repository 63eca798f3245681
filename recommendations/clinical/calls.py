"""A call of a tool, held against the tool's own schema."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Tool


class BadArguments(ValueError):
    """A tool call that no tool can answer. ``code`` is stable; the message holds no value."""

    code = "bad_arguments"


def validated(name: str, arguments: Mapping[str, Any]) -> tuple[Tool, Any]:
    """Return the tool and its arguments; raises :class:`BadArguments`."""
    try:
        tool = TOOLS[ToolName(name)]
    except ValueError:
        raise BadArguments("There is no tool of this name.") from None
    try:
        return tool, tool.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        # pydantic's own message quotes the value, which may be a patient's.
        places = sorted({str(e["loc"][0]) for e in error.errors() if e["loc"]})
        known = set(tool.arguments.model_fields)
        named = ", ".join(p for p in places if p in known) or "unknown arguments"
        raise BadArguments(f"These arguments do not fit {tool.name}: {named}.") from None
