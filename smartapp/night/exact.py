"""Resources as JSON text and back, their decimals exact: 7.10 stays 7.10."""

import json
from decimal import Decimal
from typing import Any

_DECIMAL = "$decimal"


def to_text(value: Any) -> str:
    """Return JSON; :func:`with_decimals` of what it holds is the way back."""
    return json.dumps(value, separators=(",", ":"), default=_plain)


def with_decimals(value: Any) -> Any:
    """Return what was read of such JSON, its decimals made anew."""
    if isinstance(value, list):
        return [with_decimals(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_DECIMAL}:
        return Decimal(value[_DECIMAL])
    return {key: with_decimals(item) for key, item in value.items()}


def _plain(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    raise TypeError(f"A chart holds no {type(value).__name__}.")
