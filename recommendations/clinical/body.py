"""Body sites and sides."""

import re
from typing import Literal

from recommendations.clinical import fhir_json

Side = Literal["", "left", "right", "bilateral"]
_SIDES: dict[str, Side] = {
    "7771000": "left",
    "24028007": "right",
    "51440002": "bilateral",
}  # SNOMED


def site(raw: object) -> str:
    """The body site in the chart's words."""
    return fhir_json.words(fhir_json.item(raw, "bodySite"))


def side(raw: object, name: str) -> Side:
    """The side, by code or by words of the name and site; empty where none or both are named."""
    coded = {
        _SIDES[c.code]
        for found in fhir_json.items(raw, "bodySite")
        for c in fhir_json.codings(found)
        if c.code in _SIDES
    }
    text = re.sub(r"\bboth\b", "bilateral", f"{name} {site(raw)}".lower())
    said: set[Side] = {s for s in _SIDES.values() if re.search(rf"\b{s}\b", text)}
    found = coded | said
    return found.pop() if len(found) == 1 else ""
