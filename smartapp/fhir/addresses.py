"""Addresses under one EHR's FHIR base, and the references in its resources.

A token goes only where :meth:`Base.holds` says yes: same scheme, host and port, inside the base
path. ``next`` links and references are the EHR's words, so both are held against it.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

import httpx2

from smartapp.fhir.errors import ForeignAddress

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}")
_OPERATION = re.compile(r"\$[a-z][a-z-]{0,40}")
_RELATIVE = re.compile(
    r"([A-Z][A-Za-z]{1,60})/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?"
)
_BELOW = re.compile(r"[A-Z][A-Za-z]{1,60}(?:/[$_]?[A-Za-z0-9][A-Za-z0-9.-]*)*(?:\?[^#\s]*[^#\s?])?")
_PORTS = {"http": 80, "https": 443}


def is_id(text: object) -> bool:
    """Whether ``text`` is a FHIR id (R4 2.24.0.1.3); ``.`` and ``..`` would climb a path."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None and text.strip(".") != ""


def is_type(text: object) -> bool:
    """Whether ``text`` looks like a resource type."""
    return isinstance(text, str) and _TYPE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Reference:
    """``Type/id``, taken out of a reference of any form."""

    resource_type: str
    id: str

    def __str__(self) -> str:
        return f"{self.resource_type}/{self.id}"


@dataclass(frozen=True)
class Base:
    """The FHIR base URL of one EHR, as registered."""

    url: str

    @cached_property
    def _parts(self) -> tuple[str, str, int | None, str]:
        parts = urlsplit(self.url)
        port = parts.port or _PORTS.get(parts.scheme)
        return parts.scheme, (parts.hostname or "").lower(), port, parts.path.rstrip("/")

    @cached_property
    def _root(self) -> httpx2.URL:
        return httpx2.URL(f"{self.url.rstrip('/')}/")

    def holds(self, url: httpx2.URL) -> bool:
        """Whether ``url`` is on this server and at or below this base."""
        scheme, host, port, path = self._parts
        if (url.scheme, url.host.lower(), url.port or _PORTS.get(url.scheme)) != (
            scheme,
            host,
            port,
        ):
            return False
        if url.userinfo or self._climbs(url):
            return False
        return url.path == path or url.path.startswith(f"{path}/")

    @staticmethod
    def _climbs(url: httpx2.URL) -> bool:
        # Encoded twice or with a backslash, dots may climb only once a proxy has decoded them.
        path = url.raw_path.split(b"?")[0].decode("ascii", "replace")
        for _ in range(3):
            path = unquote(path)
        # Servers of servlets take "..;a=b" for ".." (RFC 3986, 3.3, leaves it to them).
        return "\\" in path or any(each.partition(";")[0] == ".." for each in path.split("/"))

    def join(self, link: str) -> httpx2.URL:
        """Return the address a relative or absolute ``link`` means; raise ForeignAddress.

        Relative links are resolved against the base, as R4 3.1.0.1.2 asks, never against the
        page that carried them: Epic's next links are ``Observation?sessionID=…``.
        """
        try:
            # Nearly all links are a type's; joining by the book parses three addresses for one.
            plain = _BELOW.fullmatch(link) is not None
            url = httpx2.URL(f"{self._root}{link}") if plain else self._root.join(link)
        except httpx2.InvalidURL:
            raise ForeignAddress from None
        if not self.holds(url):
            raise ForeignAddress
        return url

    def below(self, url: httpx2.URL) -> str:
        """Return path and query below the base: ``Observation?patient=…``. It is PHI."""
        return url.raw_path.decode("ascii", "replace")[len(self._parts[3]) :].lstrip("/")

    def template(self, url: httpx2.URL) -> str:
        """Return the path without values: ``Observation``, ``Patient/{id}``, ``(paging)``.

        An operation is named, ``DocumentReference/$docref``: FHIR's ids have no ``$``.
        """
        below = url.path[len(self._parts[3]) :].strip("/").split("/")
        if not below[0] and not url.query:
            return "(base)"
        if not is_type(below[0]):
            return "(paging)"
        if len(below) == 2 and _OPERATION.fullmatch(below[1]):
            return f"{below[0]}/{below[1]}"
        return below[0] if len(below) == 1 else f"{below[0]}/{{id}}"

    def reference(self, text: object) -> Reference | None:
        """Read a literal reference, relative or absolute under this base, with or without version.

        ``None`` for contained, logical and unreadable references; raises ForeignAddress for one
        that points to another server.
        """
        if not isinstance(text, str) or not text or text.startswith(("#", "urn:")):
            return None
        # Nearly all references are of this form, and a chart may hold thousands.
        relative = _RELATIVE.fullmatch(text)
        if relative is not None and is_id(relative[2]):
            return Reference(relative[1], relative[2])
        url = self.join(text)
        segments = url.path[len(self._parts[3]) :].strip("/").split("/")
        if len(segments) >= 2 and is_type(segments[0]) and is_id(segments[1]):
            return Reference(segments[0], segments[1])
        return None
