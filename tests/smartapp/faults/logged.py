"""What was logged while a cell ran, formatted as the product formats it, and what may not be in it."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_FORMAT = JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")


class Lines(logging.Handler):
    """Keeps every line."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it as it would be printed, with all its fields and tracebacks."""
        self.lines.append(_FORMAT.format(record))


@contextmanager
def logged() -> Iterator[Lines]:
    """Keep what any thread logs, at the product's own level."""
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def told(lines: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Return which of the secrets stand in the lines."""
    text = "\n".join(lines)
    return [each for each in secrets if each in text]


def words_of(resource: Any) -> Iterator[str]:
    """The values of a resource that would tell of a person: names, numbers, ids, what is written.

    Words that our own code uses, such as a status or a code system's address, are no secrets.
    """
    if isinstance(resource, dict):
        for key, value in resource.items():
            if key in {"family", "text", "display", "id", "value", "line"} and _telling(value):
                yield from value if isinstance(value, list) else [value]
            else:
                yield from words_of(value)
    elif isinstance(resource, list):
        for each in resource:
            yield from words_of(each)


def _telling(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) and len(each) > 5 for each in value)
    return isinstance(value, str) and len(value) > 5
