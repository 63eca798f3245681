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
    loinc, name = NOTES[kind]
    when = chart.at(ago, clock)
    resource = {
        "resourceType": "DocumentReference",
        "status": status,
        "docStatus": doc_status,
        "type": concept(name, (LOINC, loinc, name)),
        "category": [concept("Clinical note", (US_CORE, "clinical-note", "Clinical Note"))],
        "subject": chart.subject,
        "date": when,
        "author": [by.ref],
        "description": title or name,
        "relatesTo": [{"code": "replaces", "target": ref(replaces)}] if replaces else None,
        "content": [],
        "context": pruned(
            {
                "encounter": [ref(visit)] if visit else None,
                "period": {"start": when, "end": when},
            }
        ),
    }
    found = chart.add(pruned(resource), when)
    found["content"] = [
        {"attachment": _attachment(chart, found, mime, text, title or name, inline=inline)}
        for mime, text in texts
    ]
    return found


def plain(text: str) -> tuple[str, str]:
    """A plain text form of a note."""
    return "text/plain", text


def _attachment(
    chart: Chart, owner: Resource, mime: str, text: str, title: str, *, inline: bool
) -> Resource:
    raw = text.encode()
    data = b64encode(raw).decode()
    found = {
        "contentType": f"{mime}; charset=utf-8" if mime == "text/plain" else mime,
        "title": title,
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
