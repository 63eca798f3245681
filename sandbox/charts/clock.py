"""The hospital's clock: one fixed offset, so that a date gives the same chart everywhere."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=-5))
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def instant(day: date, clock: str) -> str:
    """ISO instant at the hospital; `clock` is "HH:MM"."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE).isoformat()


def hold_back(resources: list[dict[str, Any]], today: date, now: datetime) -> list[dict[str, Any]]:
    """Slide the instants of `today` back, all by the same span, so that none follows `now`.

    Appointments are left alone: they may lie ahead.
    """
    chart = [each for each in resources if each["resourceType"] != "Appointment"]
    newest = max((_parse(text) for text in _instants(chart) if _is_on(text, today)), default=now)
    late = newest - now
    if late <= timedelta(0):
        return resources
    return [
        each if each["resourceType"] == "Appointment" else _slide(each, today, late)
        for each in resources
    ]


def _slide(node: Any, today: date, late: timedelta) -> Any:
    if isinstance(node, dict):
        return {key: _slide(value, today, late) for key, value in node.items()}
    if isinstance(node, list):
        return [_slide(value, today, late) for value in node]
    if isinstance(node, str) and _is_on(node, today):
        return (_parse(node) - late).isoformat(timespec="seconds")
    return node


def _instants(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in _instants(value)]
    if isinstance(node, list):
        return [text for value in node for text in _instants(value)]
    return [node] if isinstance(node, str) and _INSTANT.fullmatch(node) else []


def _is_on(text: str, day: date) -> bool:
    return text.startswith(day.isoformat()) and _INSTANT.fullmatch(text) is not None


def _parse(text: str) -> datetime:
    return datetime.fromisoformat(text)
