"""What some vendors keep apart from where our charts have it: drugs and the text of notes.

An order or a dose with its drug inline also yields a Medication, and a note's inline text
Binaries, under ids worked out from their content, so that they are the same after a restart.
"""

import base64
import binascii
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

Resource = dict[str, Any]

_NAMING_DRUGS = ("MedicationRequest", "MedicationAdministration")
_TEXTUAL = ("text/plain", "text/html", "text/xhtml", "application/xhtml+xml")


def medication_id(concept: Any) -> str:
    """Return the id of the Medication made of an inline drug."""
    text = json.dumps(concept, sort_keys=True)
    return f"med-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def binary_id(resource: Resource, number: int, form: str) -> str:
    """Return the id of the Binary for a resource's attachment: ``form`` original, html or rtf."""
    text = f"{resource['resourceType']}/{resource['id']}/{number}/{form}"
    return f"bin-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def attachments(resource: Resource) -> list[Resource]:
    """Return a document's or a report's attachments, in order."""
    if resource["resourceType"] == "DocumentReference":
        return [content.get("attachment", {}) for content in resource.get("content", [])]
    if resource["resourceType"] == "DiagnosticReport":
        return list(resource.get("presentedForm", []))
    return []


def derived(resource: Resource, binary: Callable[[str], Resource | None]) -> Iterator[Resource]:
    """Yield the resources that exist because this one does; ``binary`` finds one by id."""
    if resource["resourceType"] in _NAMING_DRUGS and "medicationCodeableConcept" in resource:
        concept = resource["medicationCodeableConcept"]
        yield {
            "resourceType": "Medication",
            "id": medication_id(concept),
            "code": concept,
            "status": "active",
        }
    for number, attachment in enumerate(attachments(resource)):
        media = str(attachment.get("contentType", "application/octet-stream"))
        if attachment.get("data"):
            yield _binary(resource, number, "original", media, attachment["data"])
        data = attachment.get("data") or _linked(attachment, binary)
        if data and resource["resourceType"] == "DocumentReference":
            yield from _renderings(resource, number, media, data)


def linked_binary(attachment: Resource) -> str:
    """Return the id of the Binary an attachment points to; empty when it points to none."""
    kind, _, identifier = str(attachment.get("url", "")).rpartition("/")
    return identifier if kind.rpartition("/")[2] == "Binary" else ""


def _linked(attachment: Resource, binary: Callable[[str], Resource | None]) -> str:
    identifier = linked_binary(attachment)
    found = binary(identifier) if identifier else None
    return str(found.get("data", "")) if found else ""


def _renderings(resource: Resource, number: int, media: str, data: str) -> Iterator[Resource]:
    """Yield a textual note as HTML and as RTF, as one vendor hands it out."""
    if media.partition(";")[0].strip() in _TEXTUAL:
        text = decoded(data)
        page = text if "plain" not in media else _as_html(text)
        yield _binary(resource, number, "html", "text/html", encoded(page))
        yield _binary(resource, number, "rtf", "text/rtf", encoded(_as_rtf(_as_text(page))))


def _binary(resource: Resource, number: int, form: str, media: str, data: str) -> Resource:
    return {
        "resourceType": "Binary",
        "id": binary_id(resource, number, form),
        "contentType": media,
        "securityContext": {"reference": f"{resource['resourceType']}/{resource['id']}"},
        "data": data,
    }


def decoded(data: str) -> str:
    """Return the text of base64 data, whatever its encoding; never raises."""
    try:
        return base64.b64decode(data).decode("utf-8", errors="replace")
    except (binascii.Error, ValueError):
        return ""


def encoded(text: str) -> str:
    """Return text as base64 of UTF-8."""
    return base64.b64encode(text.encode()).decode()


def _as_html(text: str) -> str:
    lines = "<br/>".join(html.escape(line, quote=False) for line in text.splitlines())
    return f"<html><head></head><body><div>{lines}</div></body></html>"


def _as_text(page: str) -> str:
    broken = re.sub(r"(?i)<br\s*/?>|</(p|div|tr|li|h\d)>", "\n", page)
    celled = re.sub(r"(?i)</t[dh]>", "\t", broken)
    return html.unescape(re.sub(r"<[^>]*>", "", celled)).strip()


def _as_rtf(text: str) -> str:
    body = "".join(_rtf_char(char) for char in text)
    return r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0\fs20 " + body + "}"


def _rtf_char(char: str) -> str:
    if char in "\\{}":
        return f"\\{char}"
    if char == "\n":
        return "\\par\n"
    if char == "\t":
        return "\\tab "
    if char.isascii():
        return char
    # RTF writes characters as signed 16-bit units, a surrogate pair as two.
    units = char.encode("utf-16-le")
    numbers = (
        int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2)
    )
    return "".join(f"\\u{number}?" for number in numbers)
