"""Bytes of an answer, read as JSON within bounds."""

from typing import Any

import jiter

from smartapp.fhir.errors import TooDeep, UnreadableResponse

_BOM = b"\xef\xbb\xbf"


def parse_json(body: bytes) -> Any:
    """Parse; raise UnreadableResponse, TooDeep where that is why.

    Fractions become ``Decimal`` (7.10 stays 7.10), NaN is refused, and nesting deeper than the
    parser's 200 levels is refused before it can exhaust the stack.
    """
    try:
        return jiter.from_json(
            body.removeprefix(_BOM), float_mode="decimal", allow_inf_nan=False, cache_mode="keys"
        )
    except ValueError as error:
        too_deep = str(error).startswith("recursion limit")
        raise (TooDeep if too_deep else UnreadableResponse) from None


def json_or_none(body: bytes) -> Any:
    """Parse where it is JSON; ``None`` for HTML, XML, nothing and the rest."""
    try:
        return parse_json(body)
    except UnreadableResponse:
        return None
