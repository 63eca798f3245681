"""The narrative of a C-CDA document: what its author attests and a reader is shown (CDA R2, 4.3.5).

Entries, which repeat it in codes, are left out, and so is what the narrative marks as deleted. A
document with a DOCTYPE is not read at all: entities could make it grow, or fetch something.
"""

import re
from xml.parsers import expat

_NAMESPACE = "urn:hl7-org:v3"
_LINES = {"paragraph", "list", "item", "table", "thead", "tbody", "tr", "caption", "title", "text"}
_CELLS = {"td", "th"}


class _NotRead(Exception):
    """It is no C-CDA document, or one that must not be read."""


def narrative(xml: str) -> str:
    """The titles and texts of a document's sections; empty where it is broken or no C-CDA."""
    reading = _Reading()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    parser.StartDoctypeDeclHandler = reading.doctype
    try:
        parser.Parse(xml.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes no names
    except (expat.ExpatError, _NotRead):
        return ""  # half a document may lack the half that matters
    return "".join(reading.pieces)


class _Reading:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._open: list[str] = []
        self._shown = 0  # the depth at which a title or text of a section began, 0 outside
        self._deleted = 0  # the depth at which something deleted began

    def doctype(self, *_: object) -> None:
        raise _NotRead

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._open and (namespace, local) != (_NAMESPACE, "ClinicalDocument"):
            raise _NotRead
        of_section = self._open[-1:] == ["section"] and local in {"title", "text"}
        self._open.append(local)
        if of_section and not self._shown:
            self._shown = len(self._open)
        if attributes.get("revised") == "delete" and not self._deleted:
            self._deleted = len(self._open)
        if local in _LINES or local == "br":
            self._put("\n")

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local in _LINES:
            self._put("\n")
        elif local in _CELLS:
            self._put(" | ")
        if self._shown == len(self._open):
            self._shown = 0
        if self._deleted == len(self._open):
            self._deleted = 0
        self._open.pop()

    def data(self, text: str) -> None:
        self._put(re.sub(r"\s+", " ", text))

    def _put(self, piece: str) -> None:
        if self._shown and not self._deleted:
            self.pieces.append(piece)
