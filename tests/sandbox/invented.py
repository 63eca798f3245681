"""The invented hospital of one day, built once, and what the tests look up in it."""

from __future__ import annotations

from base64 import b64decode
from datetime import date

from sandbox.charts import build

TODAY = date(2026, 11, 17)
EVERYTHING = build(TODAY)


def chart(key, kind=None):
    return [
        each
        for each in EVERYTHING
        if (each["id"].startswith(f"{key}-") or key in str(each.get("subject")))
        and kind in (None, each["resourceType"])
    ]


def of(kind):
    return [each for each in EVERYTHING if each["resourceType"] == kind]


def word(resource, member):
    return resource[member]["coding"][0]["code"] if member in resource else None


def texts(key):
    """(DocumentReference, media type, text) of every note, inline or from its Binary."""
    binaries = {f"Binary/{each['id']}": each for each in of("Binary")}
    for each in chart(key, "DocumentReference"):
        for content in each["content"]:
            attached = content["attachment"]
            data = attached.get("data") or binaries[attached["url"]]["data"]
            yield each, attached["contentType"].split(";")[0], b64decode(data).decode()
