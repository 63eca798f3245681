"""One file, from the EHR to sealed storage: piece by piece, and on from the last one after a crash.

A piece counts once it is on the disk and its place in the database. Where the server can go on
from a byte of the very same file (a strong ETag) it is asked to; otherwise the file is sent again,
and what is already stored is held against it and skipped.
"""

import hashlib
import re

import httpx2
from django.db import transaction

from smartapp.fhir.bulk.asking import BulkAsker
from smartapp.fhir.bulk.claims import Held
from smartapp.fhir.bulk.errors import FileChanged
from smartapp.fhir.bulk.storage import PIECE_BYTES, Writer, forget
from smartapp.fhir.bulk.streams import content
from smartapp.fhir.errors import UnreadableResponse
from smartapp.models import BulkFile

_PROGRESS = ("plain_bytes", "sealed_bytes", "chunks", "lines", "digest", "etag", "attempts")
_RANGE = re.compile(r"bytes (\d{1,18})-")


def fetch(file: BulkFile, held: Held, asker: BulkAsker) -> None:
    """Store the rest of a file; raise FhirError, with what came until then kept."""
    token = held.export.requires_token
    with (
        Writer(file) as writer,
        asker.open(file.url, file.resource_type, requires_token=token, **_range(file)) as response,
    ):
        storing = _Storing(file, held, writer)
        if response.status_code == 206:
            _check_range(response, file)
        else:
            storing.compare()
            file.etag = _strong_etag(response)
        for part in content(response):
            storing.take(part)
            held.keep()
        storing.finish()


def _range(file: BulkFile) -> dict[str, str]:
    if not file.chunks or not file.etag:
        return {}
    return {"Range": f"bytes={file.plain_bytes}-", "If-Range": file.etag}


def _check_range(response: httpx2.Response, file: BulkFile) -> None:
    found = _RANGE.match(response.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != file.plain_bytes:
        file.etag = ""
        BulkFile.objects.filter(pk=file.pk).update(etag="")
        raise UnreadableResponse(status=206)


def _strong_etag(response: httpx2.Response) -> str:
    etag = str(response.headers.get("ETag", ""))
    packed = response.headers.get("content-encoding", "identity") != "identity"
    usable = etag.startswith('"') and len(etag) <= 200 and not packed
    return etag if usable else ""


class _Storing:
    """Cuts a stream into pieces; the first ones may be there already, and are compared."""

    def __init__(self, file: BulkFile, held: Held, writer: Writer) -> None:
        self._file = file
        self._held = held
        self._writer = writer
        self._rest = bytearray()
        self._compared, self._digest, self._comparing = 0, "", False

    def compare(self) -> None:
        """The stream begins at the file's start: hold it against the pieces that are stored."""
        self._comparing = self._file.chunks > 0

    def take(self, part: bytes) -> None:
        """Take some bytes."""
        self._rest += part
        # One byte is always kept back, so that the last piece is never empty.
        while len(self._rest) > PIECE_BYTES:
            self._piece(bytes(self._rest[:PIECE_BYTES]))
            del self._rest[:PIECE_BYTES]

    def finish(self) -> None:
        """The stream has ended as it should: store what is left, and the file is whole."""
        if self._comparing:
            self._start_anew()
        if self._rest:
            open_line = not self._rest.endswith(b"\n")
            self._piece(bytes(self._rest), lines=int(open_line))
            self._rest.clear()
        with transaction.atomic():
            self._held.renew()
            self._file.state = BulkFile.State.STORED
            self._file.save(update_fields=["state", "etag"])

    def _piece(self, piece: bytes, lines: int = 0) -> None:
        if self._comparing:
            self._compare(piece)
            return
        file = self._file
        file.sealed_bytes = self._writer.append(piece, number=file.chunks)
        file.chunks += 1
        file.plain_bytes += len(piece)
        file.lines += piece.count(b"\n") + lines
        file.digest = _chained(file.digest, piece)
        file.attempts = 0
        self._save()

    def _compare(self, piece: bytes) -> None:
        self._compared += 1
        self._digest = _chained(self._digest, piece)
        if self._compared < self._file.chunks:
            return
        if self._digest != self._file.digest:
            self._start_anew()
        self._comparing = False

    def _start_anew(self) -> None:
        """Forget what is stored: it is of another file than the one now sent."""
        forget(self._file)
        self._save()
        self._writer.back_to(0)
        raise FileChanged

    def _save(self) -> None:
        with transaction.atomic():
            self._held.renew()
            self._file.save(update_fields=_PROGRESS)


def _chained(digest: str, piece: bytes) -> str:
    return hashlib.sha256(digest.encode() + hashlib.sha256(piece).digest()).hexdigest()
