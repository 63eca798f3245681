"""Bodies: read within bounds, and kept as text in which a decimal stays what it was."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import jiter
from django.conf import settings

from smartapp.events.errors import NotificationRefused

_EXACT = "$decimal"


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; raise ``unreadable`` or ``too_deep``."""
    try:
        value = jiter.from_json(body, float_mode="decimal", allow_inf_nan=False)
    except ValueError:
        raise NotificationRefused("unreadable") from None
    if not isinstance(value, dict):
        raise NotificationRefused("unreadable")
    most = settings.EVENTS_MAX_DEPTH
    # Most bodies have fewer brackets than this, and need not be walked.
    if body.count(b"{") + body.count(b"[") > most and _deeper_than(value, most):
        raise NotificationRefused("too_deep")
    return value


def _deeper_than(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def as_text(value: dict[str, Any]) -> str:
    """Return ``value`` as text from which :func:`from_text` makes the same again."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_exact)


def from_text(text: str) -> dict[str, Any]:
    """Return what :func:`as_text` was given."""
    value: dict[str, Any] = json.loads(text, object_hook=_restored)
    return value


def _exact(value: object) -> dict[str, str]:
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return {_EXACT: str(value)}


def _restored(value: dict[str, Any]) -> Any:
    if value.keys() != {_EXACT}:
        return value
    try:
        return Decimal(value[_EXACT])
    except (InvalidOperation, TypeError):
        return value  # a sender's own member of that name
