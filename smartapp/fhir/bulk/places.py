"""Where a bulk export's addresses may lead, and whether with the token."""

from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address

import httpx2

from smartapp.ehrs.addresses import is_loopback, is_safe
from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import ForeignAddress


@dataclass(frozen=True, slots=True)
class Way:
    """One address that may be asked. ``own``: on the EHR's own server."""

    url: httpx2.URL
    own: bool
    with_token: bool

    @property
    def server(self) -> str:
        """Scheme, host and port: ``https://files.example:8443``."""
        port = f":{self.url.port}" if self.url.port else ""
        return f"{self.url.scheme}://{self.url.host}{port}"


@dataclass(frozen=True)
class Places:
    """The EHR's own server, by its registered FHIR base.

    Status addresses and files stand outside of the FHIR base at both vendors, so all of its origin
    is the EHR's own. Files may stand elsewhere (Oracle's are in S3); the token never goes there.
    """

    base: Base

    @cached_property
    def origin(self) -> Base:
        """The server, whatever the path."""
        url = httpx2.URL(self.base.url)
        return Base(str(url.copy_with(path="/", query=None)).rstrip("/"))

    def control(self, link: str) -> Way:
        """Return the way to a kick-off (relative to the FHIR base) or a status address.

        Raises ForeignAddress: these need the token, so they stand on the EHR's own server.
        """
        url = self._absolute(link)
        if not self.origin.holds(url):
            raise ForeignAddress
        return Way(url, own=True, with_token=True)

    def file(self, link: str, *, requires_token: bool) -> Way:
        """Return the way to a file; raise ForeignAddress where its own words forbid it."""
        url = self._absolute(link)
        if self.origin.holds(url):
            return Way(url, own=True, with_token=requires_token)
        if requires_token:
            raise ForeignAddress
        return self._elsewhere(url)

    def redirect(self, way: Way, location: str) -> Way:
        """Return where a file's answer sends us on to; never with a token, not even at home."""
        try:
            url = way.url.join(location)
        except httpx2.InvalidURL:
            raise ForeignAddress from None
        if self.origin.holds(url):
            return Way(url, own=True, with_token=False)
        return self._elsewhere(url)

    def _absolute(self, link: str) -> httpx2.URL:
        try:
            return httpx2.URL(f"{self.base.url.rstrip('/')}/").join(link)
        except httpx2.InvalidURL:
            raise ForeignAddress from None

    def _elsewhere(self, url: httpx2.URL) -> Way:
        # An EHR must not make us ask servers inside of our own network for files.
        inside = _is_inside(url.host) and not is_loopback(self.origin_host)
        if url.userinfo or not is_safe(str(url)) or inside:
            raise ForeignAddress
        return Way(url, own=False, with_token=False)

    @property
    def origin_host(self) -> str:
        """The EHR's host."""
        return httpx2.URL(self.base.url).host


def _is_inside(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
