"""The chart is read while the model makes up its mind which tools to call.

Its first request holds nothing of the chart, and it nearly always asks for what the document's
tools give; so reading and the first turn go on side by side, and the slower of them decides.
"""

import contextvars
import threading
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection

from recommendations.clinical.reading import Reading
from recommendations.clinical.results import ToolResult
from recommendations.drafts.timing import TimedReader
from recommendations.workflows.documents import Document


class ReadAhead:
    """A reading that is under way. Whoever asks for it waits until it is there.

    ``waited`` adds up the seconds in which somebody waited here for the EHR.
    """

    def __init__(self, reading: Reading, reader: TimedReader, document: Document) -> None:
        self.as_of = reading.as_of
        self.waited = 0.0
        self._reading = reading
        self._reader = reader
        self._document = document
        self._seconds = 0.0  # of which the EHR had its share
        self._kept: dict[str, ToolResult] = {}  # tool → what it said when the chart was read
        self._fault: Exception | None = None
        self._thread: threading.Thread | None = None
        self._done = False

    def start(self) -> None:
        """Begin to read in a thread; without it, reading begins when it is asked for."""
        run = contextvars.copy_context().run  # under the same name in the trail
        self._thread = threading.Thread(
            target=run, args=(self._read_aside,), name="read-ahead", daemon=True
        )
        self._thread.start()

    def ready(self) -> Reading:
        """The reading, once it is there; raises what reading raised."""
        if not self._done:
            self._wait()
        if self._fault is not None:
            raise self._fault
        return self._reading

    def call(self, name: str, arguments: Mapping[str, Any] | None = None) -> ToolResult:
        """What one tool says, as :meth:`recommendations.clinical.reading.Reading.call`."""
        reading = self.ready()
        # Handed out once, and not after another call of the tool: that may have opened more.
        kept = self._kept.pop(name, None)
        if kept is not None and not arguments:
            return kept
        before = self._reader.seconds
        try:
            return reading.call(name, arguments)
        finally:
            self.waited += self._reader.seconds - before

    def given_for_model(self) -> str:
        """What was given with the request, once the patient's identifiers are known."""
        return self.ready().given_for_model()

    def end(self) -> None:
        """Let the thread come to its end, whatever came of it."""
        if self._thread is not None:
            self._thread.join()

    def _wait(self) -> None:
        started = time.monotonic()
        if self._thread is None:
            self._read()
        else:
            self._thread.join()
        self._done = True
        # The last of what was waited for is taken to be our own work with what was read.
        own = self._seconds - self._reader.seconds
        self.waited += max(0.0, time.monotonic() - started - own)

    def _read(self) -> None:
        started = time.monotonic()
        try:
            self._reading.prefetch(self._document.tools)
            for tool in self._document.tools:
                self._kept[tool.value] = self._reading.call(tool)
        except Exception as fault:  # raised again where the reading is asked for
            self._fault = fault
        finally:
            self._seconds = time.monotonic() - started

    def _read_aside(self) -> None:
        try:
            self._read()
        finally:
            connection.close()  # this thread's own
