"""Old charts moved towards today, so that what is recent in them is recent now."""

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

Resource = dict[str, Any]

# The newest event falls this many days before today.
DAYS_AGO = 3

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T\S+)?)?)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T\S+)?")
# Texts that may look like a date and are none, or are the server's and not the chart's.
_NOT_DATES = frozenset({"data", "div", "value", "code", "id", "text", "display", "meta", "url"})
# Dates that say nothing about when a patient was last seen.
_NOT_EVENTS = frozenset({"birthDate", "dueDate", "expirationDate", "recorded"})


def shifted(resources: list[Resource], today: date) -> list[Resource]:
    """Return the resources of one file with every date moved by one number of days.

    Distances are kept, ages too; dates still to come in the file do not count as its newest.
    """
    past = [day for resource in resources for day in _events(resource) if day <= today]
    if not past:
        return resources
    move = timedelta(days=(today - max(past)).days - DAYS_AGO)
    return [_mapped(resource, lambda text: _moved(text, move)) for resource in resources]


def _events(resource: Resource) -> Iterator[date]:
    """Yield the days on which something happened to a patient."""
    if "subject" in resource or "patient" in resource:
        for text in _dates(resource):
            # Charts hold days that never were, such as 30 February.
            with contextlib.suppress(ValueError):
                yield date.fromisoformat(text[:10])


def _dates(value: Any) -> Iterator[str]:
    """Yield every date of day precision or finer."""
    if isinstance(value, list):
        for item in value:
            yield from _dates(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_DATES | _NOT_EVENTS:
                yield from _dates(item)
    elif isinstance(value, str) and _DAY.fullmatch(value):
        yield value


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {k: v if k in _NOT_DATES else _mapped(v, change) for k, v in value.items()}
    return change(value) if isinstance(value, str) else value


def _moved(text: str, move: timedelta) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    year, month, day, time = match.groups()
    try:
        # A month or a year moves by its middle.
        moved = date(int(year), int(month or 7), int(day or (15 if month else 1))) + move
    except (ValueError, OverflowError):
        return text
    if day:
        return f"{moved.isoformat()}{time or ''}"
    return moved.isoformat()[:7] if month else moved.isoformat()[:4]
