"""A note's text as the chart shows it, whether it was stored plain, as HTML or as RTF."""

import base64
import binascii
import html
import re
from dataclasses import dataclass
from datetime import date

from django.utils.html import strip_tags
from striprtf.striprtf import rtf_to_text

from sandbox.ehr import words
from sandbox.fhir.store import store

_BLOCK_ENDS = re.compile(r"</(?:p|div|h\d|li|tr)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the list of notes, and what opens below it."""

    when: str
    title: str
    author: str
    superseded: bool
    text: str


def newest(patient_id: str, today: date, most: int) -> list[Note]:
    """A patient's newest notes, at most so many."""
    documents = store.of_patient("DocumentReference", patient_id)
    documents = sorted(documents, key=lambda each: words.sort_key(each.get("date")), reverse=True)
    return [_note(each, today) for each in documents[:most]]


def _note(document: words.Resource, today: date) -> Note:
    authors = document.get("author") or [{}]
    return Note(
        when=words.day(document.get("date"), today),
        title=document.get("description") or words.concept(document.get("type")) or "Note",
        author=str(authors[0].get("display", "")),
        superseded=document.get("status") == "superseded",
        text=_text(document),
    )


def _text(document: words.Resource) -> str:
    for content in document.get("content", []):
        attachment = content.get("attachment", {})
        kind, data = _content(attachment)
        if data:
            return _plain(kind, data)
    return ""


def _content(attachment: words.Resource) -> tuple[str, bytes]:
    """The media type and the bytes, from the attachment or from the Binary it points to."""
    binary_id = str(attachment.get("url", "")).rpartition("Binary/")[2]
    binary = store.get("Binary", binary_id) if binary_id else None
    encoded = attachment.get("data") or (binary or {}).get("data") or ""
    kind = attachment.get("contentType") or (binary or {}).get("contentType") or "text/plain"
    try:
        return str(kind), base64.b64decode(encoded)
    except binascii.Error:
        return str(kind), b""


def _plain(kind: str, data: bytes) -> str:
    text = data.decode("utf-8", errors="replace")
    if "rtf" in kind:
        return str(rtf_to_text(text, errors="ignore")).strip()  # type: ignore[no-untyped-call]
    if "html" in kind or "xml" in kind:
        return html.unescape(strip_tags(_BLOCK_ENDS.sub("\n", text))).strip()
    return text.strip() if kind.startswith("text/") else ""
