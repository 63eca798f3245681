"""A file's answer as a stream: what it must be, and its bytes as they were before packing."""

import zlib
from collections.abc import Iterator

import httpx2

from smartapp.fhir.errors import EhrUnavailable, HtmlInstead, UnreadableResponse, XmlInstead
from smartapp.fhir.outcomes import error_of_transport

_REFUSAL_BYTES = 64 * 1024
_PIECE = 256 * 1024
_PACKED = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class Streaming(httpx2.BaseTransport):
    """Leaves an answer unread, except for a refusal, of which the start is read."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; raises EhrUnavailable and its like for failures of the connection."""
        try:
            response = self._inner.handle_request(request)
            response.request = request
            if response.is_success:
                return response
            return _read_refusal(response)
        except httpx2.HTTPError as error:
            raise error_of_transport(error) from None  # its words hold the address


def _read_refusal(response: httpx2.Response) -> httpx2.Response:
    body = bytearray()
    try:
        for piece in response.iter_raw():
            body += piece
            if len(body) > _REFUSAL_BYTES:
                break
    finally:
        response.close()
    kept = {"retry-after", "location", "content-type", "content-range"}
    headers = [(k, v) for k, v in response.headers.multi_items() if k in kept]
    return httpx2.Response(response.status_code, headers=headers, content=bytes(body))


def content(response: httpx2.Response) -> Iterator[bytes]:
    """Yield a file's bytes, unpacked, in pieces of bounded size; raise FhirError.

    A page of a portal or an error of a file server in XML is refused before any of it is yielded.
    """
    kind = response.headers.get("content-type", "").lower()
    if "html" in kind:
        raise HtmlInstead(status=response.status_code)
    first = True
    try:
        for piece in _unpacked(response):
            if first and piece:
                _check_start(piece, response.status_code)
                first = False
            yield piece
    except httpx2.HTTPError as error:
        raise error_of_transport(error) from None


def _check_start(piece: bytes, status: int) -> None:
    start = piece[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise HtmlInstead(status=status)
    if start.startswith(b"<"):
        raise XmlInstead(status=status)


def _unpacked(response: httpx2.Response) -> Iterator[bytes]:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        yield from response.iter_raw()
        return
    if encoding not in _PACKED:
        raise UnreadableResponse(status=response.status_code)
    unpacker = zlib.decompressobj(_PACKED[encoding])
    try:
        for packed in response.iter_raw():
            rest = packed.lstrip(b"\0") if unpacker.eof else packed
            while rest:
                if unpacker.eof:
                    # A stream that was packed piece by piece is many files in one (RFC 1952, 2.2):
                    # who stops after the first has part of the patients and no sign of it.
                    unpacker = zlib.decompressobj(_PACKED[encoding])
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail or unpacker.unused_data.lstrip(b"\0")
        yield unpacker.flush()
    except zlib.error:
        raise UnreadableResponse(status=response.status_code) from None
    if not unpacker.eof:
        raise EhrUnavailable(status=response.status_code)  # cut off in the middle
