"""Asking an EHR without a token: its statement, and whether it guards what it serves."""

import time
from dataclasses import dataclass
from typing import Any

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import ForeignAddress
from smartapp.fhir.payloads import json_or_none

MAX_BYTES = 8_000_000  # a large EHR's statement is some 2 MB
_CHUNK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request. ``status`` is 0 where nothing came in time."""

    status: int
    body: Any = None  # parsed JSON; None for anything else


class Public:
    """Asks below one FHIR base only, follows nobody, and is done by ``deadline`` (monotonic)."""

    def __init__(self, base: Base, *, accept: str, deadline: float) -> None:
        self._base = base
        self._accept = accept
        self._deadline = deadline

    def get(self, link: str) -> Answer:
        """GET ``link`` below the base; never raises for what the EHR does."""
        try:
            url = httpx2.URL(self._base.join(link))
        except ForeignAddress:
            return Answer(0)
        headers = {"Accept": self._accept, "Accept-Encoding": "identity"}
        try:
            with (
                httpx2.Client(timeout=self._left(), follow_redirects=False) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                return Answer(response.status_code, json_or_none(self._read(response)))
        except (httpx2.HTTPError, _TooMuch):
            return Answer(0)

    def _read(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > MAX_BYTES or time.monotonic() > self._deadline:
                raise _TooMuch
        return bytes(body)

    def _left(self) -> float:
        return max(0.1, min(_CHUNK_SECONDS, self._deadline - time.monotonic()))


class _TooMuch(Exception):
    """More than anybody would send in earnest, or longer than anybody would wait."""
