"""Bytes of an answer, read as JSON within bounds."""

import re
from typing import Any

import jiter

from smartapp.fhir.errors import TooDeep, UnreadableResponse

_BOM = b"\xef\xbb\xbf"
_LONGEST_NUMBER = 1000
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|-?[0-9][0-9.eE+-]*+', re.DOTALL)
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
# How the parser says that what it met is JSON, and nothing it could hand on.
_UNFITTING = ("hex escape", "surrogate", "number out of range", "InvalidOperation")
_EXPONENT = re.compile(rb"[eE][+-]?[0-9]{5,}")


def parse_json(body: bytes) -> Any:
    """Parse; raise UnreadableResponse, TooDeep where that is why.

    Fractions become ``Decimal`` (7.10 stays 7.10), NaN is refused, and nesting deeper than the
    parser's 200 levels is refused before it can exhaust the stack. What is JSON by its grammar
    and fits into no string or number stands alone in being lost: half a surrogate pair becomes
    U+FFFD, a number beyond all measure ``None``.
    """
    body = body.removeprefix(_BOM)
    try:
        return _parsed(body)
    except ValueError as error:
        words = str(error)
    if words.startswith("recursion limit"):
        raise TooDeep
    if not any(each in words for each in _UNFITTING):
        raise UnreadableResponse
    try:
        return _parsed(_TOKEN.sub(_fitting, body))
    except ValueError:
        raise UnreadableResponse from None


def _parsed(body: bytes) -> Any:
    return jiter.from_json(body, float_mode="decimal", allow_inf_nan=False, cache_mode="keys")


def _fitting(token: re.Match[bytes]) -> bytes:
    text = token[0]
    if text.startswith(b'"'):
        return _ESCAPE.sub(lambda found: rb"\ufffd" if found["half"] else found[0], text)
    beyond = len(text) > _LONGEST_NUMBER or _EXPONENT.search(text) is not None
    return b"null" if beyond else text


def json_or_none(body: bytes) -> Any:
    """Parse where it is JSON; ``None`` for HTML, XML, nothing and the rest."""
    try:
        return parse_json(body)
    except UnreadableResponse:
        return None
