"""Every event class there is, by its stored type."""

import pkgutil
from functools import cache
from importlib import import_module

from audit import events
from audit.events.base import Event

_NOT_EVENTS = frozenset({"base", "registry"})


@cache
def event_types() -> dict[str, type[Event]]:
    """Return every event class of the rooms by its type; raise :class:`ValueError` on a double."""
    known: dict[str, type[Event]] = {}
    for name in _modules():
        for value in vars(import_module(f"audit.events.{name}")).values():
            if _is_event(value) and known.setdefault(value.type, value) is not value:
                raise ValueError(f"Two events are of the type {value.type!r}.")
    return known


def wording(event_type: str) -> str:
    """Return the words for a type. Rows of a version that is gone have none: their type serves."""
    known = event_types().get(event_type)
    return known.wording if known else event_type.replace(".", " ").replace("_", " ")


def _modules() -> list[str]:
    return sorted({module.name for module in pkgutil.iter_modules(events.__path__)} - _NOT_EVENTS)


def _is_event(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Event) and hasattr(value, "type")
