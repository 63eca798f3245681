"""Notes: a DocumentReference each, its text inline or in a Binary of its own."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1

from sandbox.charts.chart import LOINC, Chart, Resource, concept, pruned, ref
from sandbox.charts.codes import NOTES
from sandbox.charts.hospital import Staff

US_CORE = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"


def note(
    chart: Chart,
    kind: str,
    ago: int,
    clock: str,
    by: Staff,
    *texts: tuple[str, str],
    visit: Resource | None = None,
    title: str | None = None,
    inline: bool = False,
    status: str = "current",
    doc_status: str = "final",
    replaces: Resource | None = None,
) -> Resource:
    """A note of `NOTES[kind]`; `texts` are (media type, text), the same words in each form.

    Epic files each note twice, HTML and RTF; most others once. Without `inline` the text
    sits in a Binary, as both vendors do.
    """
    when = chart.at(ago, clock)
    resource = {
        "resourceType": "DocumentReference",
        "status": status,
        "docStatus": doc_status,
        "type": _kind(kind),
        "category": [concept("Clinical note", (US_CORE, "clinical-note", "Clinical Note"))],
        "subject": chart.subject,
        "date": when,
        "author": [by.ref],
        "description": title or NOTES[kind][1],
        "relatesTo": [{"code": "replaces", "target": ref(replaces)}] if replaces else None,
        "content": [],
        "context": _context(visit, when),
    }
    # Only now has the note an id for the Binary to point back at.
    found = chart.add(pruned(resource), when)
    found["content"] = [_content(chart, found, *form, inline=inline) for form in texts]
    return found


def _kind(kind: str) -> Resource:
    loinc, name = NOTES[kind]
    return concept(name, (LOINC, loinc, name))


def _context(visit: Resource | None, when: str) -> Resource:
    period = {"start": when, "end": when}
    return pruned({"encounter": [ref(visit)] if visit else None, "period": period})


def plain(text: str) -> tuple[str, str]:
    """A plain text form of a note."""
    return "text/plain", text


def _content(chart: Chart, owner: Resource, mime: str, text: str, *, inline: bool) -> Resource:
    return {"attachment": _attachment(chart, owner, mime, text, inline=inline)}


def _attachment(chart: Chart, owner: Resource, mime: str, text: str, *, inline: bool) -> Resource:
    raw = text.encode()
    data = b64encode(raw).decode()
    found = {
        "contentType": f"{mime}; charset=utf-8" if mime == "text/plain" else mime,
        "title": owner["description"],
        "creation": owner["date"],
        "size": len(raw),
        "hash": b64encode(sha1(raw, usedforsecurity=False).digest()).decode(),
    }
    if inline:
        return found | {"data": data}
    binary = {
        "resourceType": "Binary",
        "contentType": found["contentType"],
        "securityContext": ref(owner),  # whoever may read the note may read its text
        "data": data,
    }
    kept = chart.add(binary, owner["date"])
    return found | {"url": f"Binary/{kept['id']}"}
