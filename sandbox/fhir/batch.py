"""A batch: several reads and searches in one POST to the base, each answered as if alone."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase

from sandbox.fhir.errors import FhirError
from sandbox.fhir.shapes import dumps

Answer = Callable[[HttpRequest, str], HttpResponseBase]

_MOST = 100


def answered(request: HttpRequest, answer: Answer) -> bytes:
    """Return the batch-response. Raises FhirError 400 for what is no batch of reads.

    ``answer(request, path)`` answers one request below the same base.
    """
    rows = [_row(request, entry, answer) for entry in _entries(request.body)]
    return dumps({"resourceType": "Bundle", "type": "batch-response", "entry": rows})


def _entries(body: bytes) -> list[dict[str, Any]]:
    try:
        bundle = json.loads(body)
    except ValueError:
        raise FhirError(400, "structure", "The body is not JSON.") from None
    if not isinstance(bundle, dict) or bundle.get("type") != "batch":
        raise FhirError(400, "not-supported", "Only a Bundle of type batch can be sent here.")
    entries = bundle.get("entry", [])
    if len(entries) > _MOST:
        raise FhirError(400, "too-costly", f"A batch holds at most {_MOST} requests.")
    return list(entries)


def _row(request: HttpRequest, entry: dict[str, Any], answer: Answer) -> dict[str, Any]:
    asked = entry.get("request", {})
    if asked.get("method") != "GET" or not isinstance(asked.get("url"), str):
        raise FhirError(400, "not-supported", "A batch here holds requests by GET only.")
    path, _, query = asked["url"].lstrip("/").partition("?")
    scope = {**request.scope, "method": "GET", "query_string": query.encode()}  # type: ignore[attr-defined]
    known = asked.get("ifNoneMatch")
    scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
    if isinstance(known, str):
        scope["headers"].append((b"if-none-match", known.encode("latin-1", "replace")))
    response = answer(ASGIRequest(scope, BytesIO(b"")), path)
    row: dict[str, Any] = {"response": {"status": str(response.status_code)}}
    if "ETag" in response.headers:
        row["response"]["etag"] = response.headers["ETag"]
    content = getattr(response, "content", b"")
    if "json" in response.headers.get("Content-Type", "") and content:
        key = "resource" if response.status_code < 400 else "outcome"
        (row if key == "resource" else row["response"])[key] = json.loads(content)
    return row
