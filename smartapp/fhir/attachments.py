"""The text behind a DocumentReference: which attachment to take, and its bytes."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from smartapp.fhir.addresses import Base, is_id
from smartapp.fhir.errors import ForeignAddress, UnreadableResponse

# Where Oracle Health makes a summary of a chart (CCD) when it is asked for. Whose, it must say.
_MADE_WHEN_ASKED = "Binary/$autogen-ccd-if?patient="
_BINARY = re.compile(r"Binary/([^/]+)(?:/_history/([^/]+))?")
# Best first. Epic gives each note as HTML and RTF; a PDF is taken only where there is no text.
_PREFERRED = ("text/plain", "text/html", "application/xhtml+xml", "text/rtf", "application/rtf")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One content of a document: bytes in place, or the address of a Binary."""

    content_type: str  # as declared, "" where the EHR does not say
    data: str | None = None
    url: str | None = None


def attachment_of(document: dict[str, Any]) -> Attachment | None:
    """Choose the content of a DocumentReference that is easiest to read as text."""
    contents = document.get("content")
    found = [
        Attachment(_text(each.get("contentType")), each.get("data"), each.get("url"))
        for each in map(_attachment, contents if isinstance(contents, list) else ())
        if isinstance(each.get("data"), str) or isinstance(each.get("url"), str)
    ]
    return min(found, key=_rank, default=None)


def binary_at(url: str, base: Base, patient_id: str) -> str:
    """Return ``Binary/{id}``, with its version if any, of a relative or absolute address.

    Raises ForeignAddress for all else, on this server too: a note must not make us ask for
    another patient's chart, or start an operation, with the clinician's token. The one operation
    that is let pass makes a summary of this very patient's chart.
    """
    below = base.below(base.join(url))
    if below == f"{_MADE_WHEN_ASKED}{patient_id}":
        return below
    match = _BINARY.fullmatch(below)
    if match is None or {"?", "#"} & set(url) or not all(map(is_id, filter(None, match.groups()))):
        raise ForeignAddress
    return below


def decode(data: Any) -> bytes:
    """Return the bytes of base64 text; raise UnreadableResponse."""
    if not isinstance(data, str):
        raise UnreadableResponse
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableResponse from None


def from_answer(declared: str, *, body: bytes, content_type: str, parsed: Any) -> tuple[bytes, str]:
    """Return bytes and content type of a Binary's answer, given raw or as a FHIR resource.

    Raises UnreadableResponse where the kind is not the one the document declared: a sign-in page
    in HTML must not pass for a note, nor some other resource for the text of one.
    """
    if isinstance(parsed, dict) and parsed.get("resourceType") == "Binary":
        return decode(parsed.get("data")), _text(parsed.get("contentType")) or declared
    if declared and kind_of(declared) != kind_of(content_type):
        raise UnreadableResponse
    # By its shape as well: a note in plain text may read "42", but is no JSON object.
    if (isinstance(parsed, dict) or _is_json(content_type)) and not _is_json(declared):
        raise UnreadableResponse
    return body, content_type


def kind_of(content_type: str) -> str:
    """``text/html`` of ``Text/HTML; charset=utf-8``."""
    return content_type.split(";", maxsplit=1)[0].strip().lower()


def _is_json(content_type: str) -> bool:
    return kind_of(content_type).endswith(("/json", "+json"))


def _rank(attachment: Attachment) -> int:
    kind = kind_of(attachment.content_type)
    return _PREFERRED.index(kind) if kind in _PREFERRED else len(_PREFERRED)


def _attachment(content: Any) -> dict[str, Any]:
    attachment = content.get("attachment") if isinstance(content, dict) else None
    return attachment if isinstance(attachment, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
