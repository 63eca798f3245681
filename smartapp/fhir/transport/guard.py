"""The guard, right above the wire: where a request may go, and what may come back."""

import zlib
from collections.abc import Iterator

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import (
    EhrUnavailable,
    ForeignAddress,
    HtmlInstead,
    TooLarge,
    UnreadableResponse,
    XmlInstead,
)
from smartapp.fhir.outcomes import error_of_transport
from smartapp.fhir.transport.asked import Asked

MAX_BYTES = 10 * 1024 * 1024
# Gone once the body has been read and unpacked.
_CONSUMED = {"content-encoding", "content-length", "transfer-encoding"}
_PACKED = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_PIECE = 256 * 1024


class Guard(httpx2.BaseTransport):
    """Keeps requests under the EHR's base and answers within bounds of size and time."""

    def __init__(
        self, inner: httpx2.BaseTransport, *, base: Base, max_bytes: int = MAX_BYTES
    ) -> None:
        self._inner = inner
        self._base = base
        self._max_bytes = max_bytes

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send and read the whole answer; raise ForeignAddress or UnreadableResponse.

        Redirects are handed back unfollowed: the status says what happened (Epic redirects for
        merged patients), and the token stays here.
        """
        if not self._base.holds(request.url):
            raise ForeignAddress
        # FHIR's JSON shrinks to a tenth, on its way as well.
        request.headers.setdefault("Accept-Encoding", "gzip")
        try:
            response, body = self._exchange(request)
        except httpx2.HTTPError as error:
            raise error_of_transport(error) from None  # its words hold the address
        _check_type(response, body, Asked.of(request))
        headers = [(k, v) for k, v in response.headers.multi_items() if k not in _CONSUMED]
        return httpx2.Response(response.status_code, headers=headers, content=body)

    def _exchange(self, request: httpx2.Request) -> tuple[httpx2.Response, bytes]:
        asked = Asked.of(request)
        until = min(asked.deadline, asked.clock() + asked.attempt_seconds)
        response = self._inner.handle_request(request)
        # httpx2's decoding errors name their request.
        response.request = request
        try:
            return response, self._read(response, asked, until)
        finally:
            response.close()

    def _read(self, response: httpx2.Response, asked: Asked, until: float) -> bytes:
        body = bytearray()
        for piece in _unpacked(response):
            body += piece
            # A server that drips a byte now and then never trips a read timeout.
            if asked.clock() >= until:
                raise EhrUnavailable
            if len(body) > self._max_bytes:
                raise TooLarge(status=response.status_code)
        return bytes(body)


def _unpacked(response: httpx2.Response) -> Iterator[bytes]:
    """Yield the body in small pieces: a few packed bytes may unpack to any number."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"} or response.is_stream_consumed:
        yield from response.iter_bytes()
        return
    if encoding not in _PACKED:
        raise UnreadableResponse(status=response.status_code)  # we asked for none of the others
    unpacker, came = zlib.decompressobj(_PACKED[encoding]), False
    try:
        for chunk in response.iter_raw():
            came = came or bool(chunk)
            packed = chunk.lstrip(b"\0") if unpacker.eof else chunk
            while packed:
                if unpacker.eof:  # several files in one (RFC 1952, 2.2)
                    unpacker = zlib.decompressobj(_PACKED[encoding])
                yield unpacker.decompress(packed, _PIECE)
                packed = unpacker.unconsumed_tail or unpacker.unused_data.lstrip(b"\0")
        yield unpacker.flush()
    except zlib.error:
        raise UnreadableResponse(status=response.status_code) from None
    # A refusal, or a 304, may have the head of what it is about and no body.
    if not unpacker.eof and (came or response.is_success):
        raise EhrUnavailable(status=response.status_code)  # cut off in the middle


def _check_type(response: httpx2.Response, body: bytes, asked: Asked) -> None:
    # Of a refusal only the status matters: Epic's 404 is a page of HTML.
    if not response.is_success or asked.any_content:
        return
    kind = response.headers.get("content-type", "application/json").lower()
    start = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or "html" in kind:
        raise HtmlInstead(status=response.status_code)
    if start.startswith(b"<") or "xml" in kind:
        raise XmlInstead(status=response.status_code)
    if "json" not in kind:
        raise UnreadableResponse(status=response.status_code)
