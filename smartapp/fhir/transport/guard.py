"""The guard, right above the wire: where a request may go, and what may come back."""

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import ForeignAddress, UnreadableResponse
from smartapp.fhir.outcomes import error_of_transport
from smartapp.fhir.transport.asked import Asked

MAX_BYTES = 10 * 1024 * 1024
# Gone once the body has been read and decoded.
_CONSUMED = {"content-encoding", "content-length", "transfer-encoding"}


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
        try:
            response, body = self._exchange(request)
        except httpx2.HTTPError as error:
            raise error_of_transport(error) from None  # its words hold the address
        self._check_type(response, Asked.of(request))
        headers = [(k, v) for k, v in response.headers.multi_items() if k not in _CONSUMED]
        return httpx2.Response(response.status_code, headers=headers, content=body)

    def _exchange(self, request: httpx2.Request) -> tuple[httpx2.Response, bytes]:
        response = self._inner.handle_request(request)
        # httpx2's decoding errors name their request.
        response.request = request
        try:
            return response, self._read(response, Asked.of(request))
        finally:
            response.close()

    @staticmethod
    def _check_type(response: httpx2.Response, asked: Asked) -> None:
        # Of a refusal only the status matters: Epic's 404 is a page of HTML.
        content_type = response.headers.get("content-type", "application/json")
        if response.is_success and not asked.any_content and "json" not in content_type.lower():
            raise UnreadableResponse(status=response.status_code)

    def _read(self, response: httpx2.Response, asked: Asked) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            # A server that drips a byte now and then never trips a read timeout.
            asked.remaining()
            if len(body) > self._max_bytes:
                raise UnreadableResponse(status=response.status_code)
        return bytes(body)
