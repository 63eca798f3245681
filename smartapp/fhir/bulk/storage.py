"""Files sealed on disk in pieces: AES-256-GCM for each, bound to its file and its place in it.

A stored file is a row of ``length (4 bytes, big-endian), sealed piece``. How many pieces there
are stands in the database, so a piece that was cut off, swapped or moved does not open unnoticed.
"""

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from django.conf import settings

from encryption import SealBroken, open_sealed, seal
from smartapp.fhir.bulk.errors import StorageFull
from smartapp.models import BulkFile

PIECE_BYTES = 1024 * 1024
_LENGTH = 4
_ROOM_BYTES = 256 * 1024 * 1024


def folder_of(export_id: object) -> Path:
    """Return the folder of an export's files."""
    return Path(settings.DATA_DIR) / "bulk" / str(export_id)


def path_of(file: BulkFile) -> Path:
    """Return where a file is stored, once it is."""
    return folder_of(file.export_id) / f"{file.pk}.sealed"


def forget(file: BulkFile) -> None:
    """Count nothing of a file as stored; the row is not saved."""
    file.plain_bytes = file.sealed_bytes = file.chunks = file.lines = 0
    file.digest = file.etag = ""


class Writer:
    """Appends pieces to a file, after the ``sealed_bytes`` that count. What else is there, goes."""

    def __init__(self, file: BulkFile) -> None:
        self._file = file
        path = path_of(file)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        if self._handle.seek(0, os.SEEK_END) < file.sealed_bytes:
            forget(file)  # the disk lost what the database remembers
        self.back_to(file.sealed_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._handle.close()

    def back_to(self, sealed_bytes: int) -> None:
        """Forget what stands behind ``sealed_bytes``."""
        self._handle.truncate(sealed_bytes)
        self._handle.seek(sealed_bytes)

    def append(self, piece: bytes, *, number: int) -> int:
        """Seal and store a piece; return how many bytes the file has now. It is on the disk."""
        if shutil.disk_usage(path_of(self._file).parent).free < _ROOM_BYTES:
            raise StorageFull
        sealed = seal(piece, context=_context(self._file, number))
        self._handle.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._handle.flush()
        os.fsync(self._handle.fileno())
        return self._handle.tell()


class Pieces:
    """Reads pieces of a stored file, in order from any of them."""

    def __init__(self, file: BulkFile) -> None:
        self._file = file
        self._handle: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self._file.chunks:
            self._handle = path_of(self._file).open("rb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._handle is not None:
            self._handle.close()

    def read(self, number: int, at: int) -> tuple[bytes, int]:
        """Return piece ``number``, which stands at byte ``at``, and where the next one does.

        Raises :class:`encryption.SealBroken` where it is not what was stored.
        """
        if self._handle is None:
            raise SealBroken("A stored file is not there.")
        self._handle.seek(at)
        length = int.from_bytes(self._handle.read(_LENGTH), "big")
        sealed = self._handle.read(length)
        return open_sealed(sealed, context=_context(self._file, number)), at + _LENGTH + length


def remove(file: BulkFile) -> None:
    """Delete a stored file, if it is there."""
    path_of(file).unlink(missing_ok=True)


def _context(file: BulkFile, number: int) -> str:
    return f"bulk|{file.pk}|{number}"
