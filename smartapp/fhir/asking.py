"""One question to an EHR: an address in, parsed FHIR JSON or one of our errors out."""

from dataclasses import dataclass
from typing import Any

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import UnreadableResponse
from smartapp.fhir.outcomes import error_for
from smartapp.fhir.transport.asked import PARSED, Asked


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """A Binary as it came: its bytes, the JSON where it is JSON, and what it is secured by."""

    body: bytes
    content_type: str
    parsed: Any
    secured_by: str  # references as the header has them, "" where it says nothing


class Asker:
    """Asks one EHR on behalf of one launch."""

    def __init__(self, *, transport: httpx2.BaseTransport, base: Base, accept: str) -> None:
        self.base = base
        self._transport = transport
        self._accept = accept

    def resource(self, link: str, asked: Asked) -> dict[str, Any]:
        """GET a resource or a Bundle; raise FhirError."""
        response = self._get(link, asked)
        parsed = response.extensions[PARSED]
        self._refuse(response, parsed)
        if not isinstance(parsed, dict) or not isinstance(parsed.get("resourceType"), str):
            raise UnreadableResponse(status=response.status_code)
        return parsed

    def content(self, link: str, asked: Asked) -> Content:
        """GET a Binary in any form; raise FhirError."""
        response = self._get(link, asked)
        parsed = response.extensions[PARSED]
        self._refuse(response, parsed)
        return Content(
            response.content,
            content_type=response.headers.get("content-type", ""),
            parsed=parsed,
            secured_by=response.headers.get("x-security-context", ""),
        )

    def _get(self, link: str, asked: Asked) -> httpx2.Response:
        request = httpx2.Request("GET", self.base.join(link), headers={"Accept": self._accept})
        return self._transport.handle_request(asked.attach(request))

    @staticmethod
    def _refuse(response: httpx2.Response, parsed: Any) -> None:
        error = error_for(response.status_code, parsed)
        if error is not None:
            raise error
