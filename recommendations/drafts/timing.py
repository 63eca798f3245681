"""Where a draft's time goes: the EHR's share, the model's, and our own."""

import time
from collections.abc import Iterable, Mapping

from recommendations.clinical.chart_reader import ChartReader, Content, contents
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult


class Clock:
    """How long a draft has been in the making, and how hard its process worked meanwhile."""

    def __init__(self) -> None:
        self._started, self._work = time.monotonic(), time.thread_time()

    @property
    def seconds(self) -> float:
        """Seconds on the wall."""
        return time.monotonic() - self._started

    @property
    def worked(self) -> float:
        """Seconds of processor time of the thread that drafts, which must be the one that asks."""
        return time.thread_time() - self._work


class TimedReader:
    """A reader that adds up how long the chart took; otherwise the reader it is given."""

    def __init__(self, reader: ChartReader) -> None:
        self.seconds = 0.0
        self._reader = reader

    def read(self, concept: Concept, /) -> ReadResult:
        """All of one concept."""
        started = time.monotonic()
        try:
            return self._reader.read(concept)
        finally:
            self.seconds += time.monotonic() - started

    def read_all(self, concepts: Iterable[Concept], /) -> Mapping[Concept, ReadResult]:
        """Several concepts, in parallel."""
        started = time.monotonic()
        try:
            return self._reader.read_all(concepts)
        finally:
            self.seconds += time.monotonic() - started

    def attachment(self, document: Fetched, /) -> tuple[bytes, str] | Missing:
        """A document's bytes and content type."""
        started = time.monotonic()
        try:
            return self._reader.attachment(document)
        finally:
            self.seconds += time.monotonic() - started

    def attachments(self, documents: Iterable[Fetched], /) -> Mapping[str, Content]:
        """Several documents, all at once where the reader can."""
        started = time.monotonic()
        try:
            return contents(self._reader, documents)
        finally:
            self.seconds += time.monotonic() - started
