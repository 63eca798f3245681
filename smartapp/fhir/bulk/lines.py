"""The lines of a stored file, one by one, each with the place where the next one begins."""

from collections.abc import Iterator
from typing import NamedTuple

from smartapp.fhir.bulk.storage import Pieces
from smartapp.models import BulkFile

LONGEST_LINE = 10 * 1024 * 1024


class Place(NamedTuple):
    """Where a line begins: the piece, its byte in the stored file, and the byte inside of it."""

    chunk: int
    sealed: int
    skip: int


def lines_of(file: BulkFile) -> Iterator[tuple[bytes, Place]]:
    """Yield each line from the file's own ``read_*`` place on, without its end, and the next place.

    A line longer than ``LONGEST_LINE`` is yielded cut off after that many bytes: it is no resource
    that we read, and must not fill the memory. Raises :class:`encryption.SealBroken`.
    """
    with Pieces(file) as pieces:
        chunk, sealed, skip = file.read_chunk, file.read_sealed, file.read_skip
        begun = bytearray()
        while chunk < file.chunks:
            piece, following = pieces.read(chunk, sealed)
            at = skip
            while (end := piece.find(b"\n", at)) >= 0:
                begun += piece[at : min(end, at + LONGEST_LINE)]
                at = end + 1
                yield bytes(begun), Place(chunk, sealed, at)
                begun.clear()
            if len(begun) <= LONGEST_LINE:
                begun += piece[at:]
            chunk, sealed, skip = chunk + 1, following, 0
        if begun:
            yield bytes(begun), Place(chunk, sealed, 0)
