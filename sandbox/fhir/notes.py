"""A note written back: what each vendor demands of a DocumentReference and turns it into."""

import base64
import re
import xml.etree.ElementTree as ET
from typing import Any

from sandbox.fhir.demands import LOINC, content, demand, encounter_of, has_code, reference, user
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate

Resource = dict[str, Any]

_NOPAT = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "NOPAT",
            "display": "no disclosure to the patient unless the provider allows it",
        }
    ]
}
_MARKUP = {"application/xhtml+xml", "text/html"}
_FORBIDDEN = re.compile(
    rb"(?is)<(script|style|iframe)\b[^>]*>.*?</\1\s*>|<(script|style|link|iframe)\b[^>]*/?>"
)
_ORACLE_MEDIA = {
    "application/pdf",
    "application/xhtml+xml",
    "application/xml",
    "text/html",
    "text/plain",
    "text/richtext",
    "text/rtf",
    "text/xml",
}


def generic(note: Resource, gate: Gate) -> Resource:
    """Accept any valid note, drafts too; keep it as it was sent."""
    demand(
        note.get("status") in {"current", "superseded", "entered-in-error"}, "status is missing."
    )
    attachments = [one.get("attachment") for one in _contents(note)]
    for attachment in attachments:
        content(attachment)
    for encounter in note.get("context", {}).get("encounter", []):
        demand(
            encounter_of(note, encounter, gate), "The encounter is not the patient's.", status=422
        )
    return note


def epic(note: Resource, gate: Gate) -> Resource:
    """Demand an encounter and plain text; file it as final, attested by the token's user."""
    demand(note.get("status") == "current", "status must be current.")
    demand(has_code(note.get("type"), LOINC), "type needs a LOINC code.", code="required")
    contents = _contents(note)
    demand(len(contents) == 1, "Exactly one content is supported.")
    attachment = contents[0].get("attachment", {})
    media = str(attachment.get("contentType", "")).partition(";")[0].strip()
    demand(media == "text/plain", "Only text/plain notes can be filed.", code="not-supported")
    content(attachment)
    encounters = note.get("context", {}).get("encounter") or [None]
    demand(
        all(encounter_of(note, one, gate) for one in encounters),
        "Valid encounter required.",
        code="business-rule",
    )
    return note | _filed(gate) | {"docStatus": "final", "securityLabel": [_NOPAT]}


def oracle(note: Resource, gate: Gate) -> Resource:
    """Demand a final note by the token's own user, one content with charset, and an end."""
    retracted = note.get("status") == "entered-in-error" and bool(note.get("id"))
    demand(note.get("status") == "current" or retracted, "status must be current.", status=422)
    allowed = {"final", "amended"} if note.get("id") or not user(gate) else {"final"}
    demand(note.get("docStatus") in allowed, "docStatus must be final.", status=422)
    demand(note.get("type", {}).get("coding"), "type is required.", status=422, code="required")
    authors = [reference(one) for one in note.get("author", [])]
    demand(len(authors) == 1, "Exactly one author is required.", status=422, code="required")
    if user(gate):
        demand(authors == [user(gate)], "The author must be the authorized user.", status=422)
        demand("authenticator" not in note, "An authenticator cannot be given.", status=422)
    note = _oracle_content(note)
    end = note.get("context", {}).get("period", {}).get("end", "")
    demand("T" in end, "context.period.end is required, with a time.", status=422, code="required")
    for encounter in note.get("context", {}).get("encounter", []):
        demand(
            encounter_of(note, encounter, gate), "The encounter is not the patient's.", status=422
        )
    return note


def _oracle_content(note: Resource) -> Resource:
    """Return the note as it is kept: markup held to XHTML, without what a chart must not run."""
    contents = _contents(note)
    demand(len(contents) == 1, "Exactly one content is supported.", status=422)
    attachment = contents[0].get("attachment", {})
    media, _, parameters = str(attachment.get("contentType", "")).partition(";")
    demand(media.strip() in _ORACLE_MEDIA, "This contentType is not supported.", status=422)
    demand("charset=" in parameters, "contentType needs a charset.", status=422)
    text = content(attachment)
    if media.strip() not in _MARKUP:
        return note
    kept = base64.b64encode(_strict(text)).decode()
    return note | {"content": [{**contents[0], "attachment": {**attachment, "data": kept}}]}


def _strict(text: bytes) -> bytes:
    """Return XHTML without scripts, styles, links and frames; refuse what is not well formed."""
    bare = _FORBIDDEN.sub(b"", text)
    inner = re.sub(rb"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", b"", bare)
    try:
        ET.fromstring(b"<div>" + inner + b"</div>")  # noqa: S314 - a test's own note
    except ET.ParseError:
        raise FhirError(422, "structure", "The note is no strict XHTML.") from None
    return bare


def _contents(note: Resource) -> list[Resource]:
    contents = note.get("content")
    demand(isinstance(contents, list) and contents, "content is required.", code="required")
    return list(contents or [])


def _filed(gate: Gate) -> Resource:
    """Return who signed: whoever holds the token, whatever author was sent."""
    person = user(gate)
    if not person:
        return {}
    return {"author": [{"reference": person}], "authenticator": {"reference": person}}
