"""FHIR dates as intervals: a date of any precision covers from its first to its last instant."""

import math
import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

Interval = tuple[float, float]  # seconds since 1970, UTC: from the first instant up to the last

_SHAPE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<time>\d{2}:\d{2}(:\d{2}(\.\d+)?)?)(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?"
)
# The resolution within one second: an instant "10:00:00" covers up to the next second.
_ALMOST = 1e-6


def interval(text: str, zone: tzinfo = UTC) -> Interval:
    """Return what a FHIR date covers; a time without a zone is read as one of ``zone``.

    Raises ValueError when it is no FHIR date.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    if match["time"]:
        start = datetime.fromisoformat(text)
        start = start if start.tzinfo else start.replace(tzinfo=zone)
        return _span(start, timedelta(seconds=_precision(match["time"])))
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    start = datetime(year, month, day, tzinfo=UTC)
    return _span(start, _length(match, year, month))


def _precision(time: str) -> float:
    if time.count(":") == 1:
        return 60.0
    fraction = time.partition(".")[2]
    return 10.0 ** -min(len(fraction), 6) if fraction else 1.0


def _length(match: re.Match[str], year: int, month: int) -> timedelta:
    if match["day"]:
        return timedelta(days=1)
    if match["month"]:
        return timedelta(days=monthrange(year, month)[1])
    return datetime(year + 1, 1, 1, tzinfo=UTC) - datetime(year, 1, 1, tzinfo=UTC)


def _span(start: datetime, length: timedelta) -> Interval:
    low = start.timestamp()
    return low, low + max(length.total_seconds() - _ALMOST, 0.0)


def intervals(value: Any) -> list[Interval]:
    """Return what an element (date, Period or Timing) covers; what cannot be read, nothing."""
    if isinstance(value, str):
        try:
            return [interval(value)]
        except ValueError:
            return []
    if isinstance(value, dict):
        if isinstance(value.get("event"), list):
            return [found for event in value["event"] for found in intervals(event)]
        return _period(value)
    return []


def _period(value: dict[str, Any]) -> list[Interval]:
    start, end = intervals(value.get("start")), intervals(value.get("end"))
    if not start and not end:
        return []
    return [(start[0][0] if start else -math.inf, end[0][1] if end else math.inf)]


def holds(prefix: str, wanted: Interval, found: Interval) -> bool:
    """Return whether ``found`` stands to ``wanted`` as the prefix says (R4, search, date)."""
    low, high = wanted
    start, end = found
    inside = low <= start and end <= high
    after, before = end > high, start < low
    return {
        "eq": inside,
        "ne": not inside,
        "gt": after,
        "lt": before,
        "ge": after or inside,
        "le": before or inside,
        "sa": start > high,
        "eb": end < low,
    }[prefix]
