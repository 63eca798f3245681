"""Handlers of a worker under test: one writes what it was given to a file, others fail or dawdle."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings

if TYPE_CHECKING:
    from smartapp.events.handlers import Incoming


def diary() -> Path:
    return Path(settings.DATA_DIR) / "diary.txt"


def write_down(incoming: Incoming) -> None:
    """A line per call, so that a second call for an event shows."""
    data = incoming.body["data"]
    with diary().open("a") as file:
        file.write(f"{data['who']} {data['step']}\n")


def fail(incoming: Incoming) -> None:
    if not (Path(settings.DATA_DIR) / "mended").exists():
        raise ValueError(f"a text with {incoming.body['patient']} in it")
    write_down(incoming)


def die_once(incoming: Incoming) -> None:
    """Kill the worker's process in the middle, the first time."""
    write_down(incoming)
    mark = Path(settings.DATA_DIR) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def dawdle(incoming: Incoming) -> None:
    time.sleep(0.02)
    write_down(incoming)


class Misbehaving(AppConfig):
    name = "tests.smartapp.events"

    def ready(self) -> None:
        from smartapp.events.handlers import register  # noqa: PLC0415 - models load first

        for kind, handler in (
            ("test.note", write_down),
            ("test.slow", dawdle),
            ("test.fail", fail),
            ("test.die", die_once),
        ):
            register(kind, handler)
