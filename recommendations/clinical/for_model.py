"""A tool's result as the model is given it: compact JSON, without identifiers.

Numbers stand as in the facts. No resource id, version or code goes out, only handles: a model can
cite nothing else. ``<``, ``>`` and all that looks like them are escaped, so that no text of the
chart can close the delimiters, or seem to, and pose as something other than data.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from recommendations.clinical.facts import Fact, PartialDate, Quantity
from recommendations.clinical.results import ToolResult

LONGEST = 24_000  # characters of one result
_LEFT_OUT = {"kind", "source", "codings", "category", "recorded", "replies_to"}
_KEPT_CATEGORY = {"condition", "allergy"}
_BRACKETS = str.maketrans(
    {
        each: f"\\u{ord(each):04x}"
        for each in "<>\u02c2\u02c3\u1438\u1433\u16b2\u2039\u203a\u226a\u226b\u2329\u232a"
        "\u276c\u276d\u276e\u276f\u2770\u2771\u27e8\u27e9\u29fc\u29fd\u3008\u3009\u300a\u300b"
        "\ufe64\ufe65\uff1c\uff1e"
    }
)


def fitting(result: ToolResult, *, longest: int = LONGEST) -> ToolResult:
    """``result`` with the facts that ``longest`` characters have room for, from the first on."""
    size = len(_json(_rest(result)))
    for place, fact in enumerate(result.facts):
        size += len(_json(dict(_fields(fact)))) + 1
        if size > longest:
            return _without(result, place)
    return result


def _without(result: ToolResult, kept: int) -> ToolResult:
    left = (*(fact.handle for fact in result.facts[kept:]), *result.left)
    return result.model_copy(update={"facts": result.facts[:kept], "shown": kept, "left": left})


def for_model(result: ToolResult, *, longest: int = LONGEST) -> str:
    """``result`` between ``<chart_data>`` tags, at most about ``longest`` characters.

    What does not fit is left out from the end; ``shown`` says how many facts are given, and
    ``left_out`` for how many more there was no room.
    """
    fits = fitting(result, longest=longest)
    given = {**_rest(fits), "facts": [dict(_fields(fact)) for fact in fits.facts]}
    return enclosed(result.tool, given)


def enclosed(source: str, value: Any) -> str:
    """``value`` as JSON between the tags: data, whatever its words say."""
    return f'<chart_data tool="{source}">{_json(value)}</chart_data>'


def delimited(tag: str, fields: dict[str, Any], *, tool: str = "") -> str:
    """Other data between tags of its own, which nothing within can close."""
    name = f' tool="{tool}"' if tool else ""
    return f"<{tag}{name}>{_json(fields)}</{tag}>"


def _rest(result: ToolResult) -> dict[str, Any]:
    found: dict[str, Any] = {
        "complete": result.complete,
        "shown": len(result.facts),
        "total": result.total,
        "left_out": len(result.left) or None,
        "missing": [gap.words for gap in result.gaps],
        "trends": [trend.model_dump() for trend in result.trends],
    }
    return {key: value for key, value in found.items() if value not in (None, [])}


def _fields(fact: Fact) -> Iterator[tuple[str, Any]]:
    for name in type(fact).model_fields:
        if name in _LEFT_OUT and not (name == "category" and fact.kind in _KEPT_CATEGORY):
            continue
        value = _plain(getattr(fact, name))
        # What is unknown is left out rather than given as an empty value.
        if value is not False and value not in (None, "", []):
            yield name, value


def _plain(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return value.text[:16] if "T" in value.text else value.text
    if isinstance(value, Quantity):
        return f"{value.comparator}{value.value:f} {value.unit}".strip()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if hasattr(type(value), "model_fields"):
        pairs = ((n, _plain(getattr(value, n))) for n in type(value).model_fields if n != "codings")
        return {n: v for n, v in pairs if v not in (None, "", [])}
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_BRACKETS)
