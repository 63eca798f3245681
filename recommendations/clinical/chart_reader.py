"""What a reading needs of the chart's reader; the patient is bound inside it, on the server."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult

Content: TypeAlias = tuple[bytes, str] | Missing


class ChartReader(Protocol):
    """What a reading needs of ``smartapp.fhir.reader.Reader``; the patient is bound inside it."""

    def read(self, concept: Concept, /) -> ReadResult:
        """All of one concept."""
        ...

    def read_all(self, concepts: Iterable[Concept], /) -> Mapping[Concept, ReadResult]:
        """Several concepts, in parallel."""
        ...

    def attachment(self, document: Fetched, /) -> Content:
        """A document's bytes and content type."""
        ...


@runtime_checkable
class ParallelReader(ChartReader, Protocol):
    """A reader that fetches several documents at once, as ``smartapp.fhir.reader.Reader`` does."""

    def attachments(self, documents: Iterable[Fetched], /) -> Mapping[str, Content]:
        """The documents' bytes and content types, by reference."""
        ...


def contents(reader: ChartReader, documents: Iterable[Fetched]) -> Mapping[str, Content]:
    """What each document holds, by reference; all at once where the reader can."""
    if isinstance(reader, ParallelReader):
        return reader.attachments(documents)
    return {document.reference: reader.attachment(document) for document in documents}
