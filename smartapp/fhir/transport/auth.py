"""The bearer token: put on each attempt, refreshed once after a 401."""

from typing import Protocol

import httpx2

from smartapp.fhir.errors import FhirError


class Bearer(Protocol):
    """Where tokens come from. Both may raise what ``refused_again`` returns."""

    def token(self) -> str:
        """Return the access token in force."""

    def renewed(self, *, refused: str) -> str:
        """Return a newer token than ``refused``; many askers cause one refresh."""

    def refused_again(self) -> FhirError:
        """Return the error of a 401 to a renewed token, in words for whoever can mend it."""


class Auth(httpx2.BaseTransport):
    """Adds the token; on 401 renews it and asks once more; a second 401 is the bearer's error."""

    def __init__(self, inner: httpx2.BaseTransport, *, bearer: Bearer) -> None:
        self._inner = inner
        self._bearer = bearer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send with the token."""
        token = self._bearer.token()
        response = self._send(request, token)
        if response.status_code == 401:
            response = self._send(request, self._bearer.renewed(refused=token))
            if response.status_code == 401:
                raise self._bearer.refused_again()
        return response

    def _send(self, request: httpx2.Request, token: str) -> httpx2.Response:
        request.headers["Authorization"] = f"Bearer {token}"
        try:
            return self._inner.handle_request(request)
        finally:
            # The token stays out of every object that outlives the attempt.
            del request.headers["Authorization"]
