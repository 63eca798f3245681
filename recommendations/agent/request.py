"""What is sent: built in one place, so that what is recorded is what goes out."""

import hashlib
from functools import lru_cache
from typing import Any

from django.conf import settings

from recommendations.agent import providers
from recommendations.agent.answers import canonical, submit_tool
from recommendations.agent.prompts import Instructions
from recommendations.clinical.registry import TOOLS
from recommendations.workflows.documents import Document

_KEEP: dict[str, str] = {"type": "ephemeral"}
_MARK = "cache_control"


def build(
    document: Document,
    told: Instructions,
    messages: list[dict[str, Any]],
    *,
    max_tokens: int,
    model_id: str,
) -> dict[str, Any]:
    """The arguments of ``messages.stream``.

    Four marks for the provider's cache, the most it takes: tools, instructions, the talk so far,
    and the talk as it was a turn ago. Without the last, a turn of many calls would put more blocks
    between this request's end and the last one's than the provider looks back over (20).
    """
    request: dict[str, Any] = {
        "model": model_id,
        "max_tokens": max_tokens,
        "system": [{"type": "text", "text": told.text, "cache_control": _KEEP}],
        "tools": _tools(document),
        "tool_choice": {"type": "auto"},
        "messages": _marked(messages),
    }
    plain = model_id in settings.MODEL_PLAIN
    if settings.MODEL_EFFORT and not plain:
        request["output_config"] = {"effort": settings.MODEL_EFFORT}
    if place := providers.geography():
        request["inference_geo"] = place
    if settings.MODEL_THINKING and not plain:
        request["thinking"] = {"type": settings.MODEL_THINKING}
    return request


def digest(request: dict[str, Any]) -> tuple[str, str]:
    """The request as canonical JSON, and its SHA-256."""
    body = canonical(request)
    return body, hashlib.sha256(body.encode()).hexdigest()


@lru_cache
def tools_sha256(document: Document) -> str:
    """The hash of the tools that a document is drafted with: names, words and schemas."""
    return tools_hash(_tools(document))


def tools_hash(tools: list[dict[str, Any]]) -> str:
    """The same of tools as they were sent; cache marks tell the model nothing, and do not count."""
    plain = [{key: value for key, value in each.items() if key != _MARK} for each in tools]
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


@lru_cache
def _tools(document: Document) -> list[dict[str, Any]]:
    """Kept, for deriving the schemas anew takes longer than all the rest of a request."""
    reading = [
        {"name": tool.name.value, "description": tool.description, "input_schema": tool.schema}
        for tool in (TOOLS[name] for name in document.tools)
    ]
    return [*reading, {**submit_tool(document), _MARK: _KEEP}]


def _marked(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, the last two of ours marked at their ends."""
    ours = [at for at, message in enumerate(messages) if message["role"] == "user"][-2:]
    return [_with_mark(each) if at in ours else each for at, each in enumerate(messages)]


def _with_mark(message: dict[str, Any]) -> dict[str, Any]:
    *before, last = message["content"]
    return {**message, "content": [*before, {**last, _MARK: _KEEP}]}
