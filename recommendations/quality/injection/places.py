"""Every place in the chart where somebody can type, and the chart with an attack in one of them."""

import copy
from collections.abc import Callable

from recommendations.quality.injection.chart import NOTE, Chart, Resource, base_chart, note

Put = Callable[[dict[str, Resource], str], None]


def _text(resource: Resource, element: str, text: str) -> None:
    resource[element] = [{"text": text}]


def _note_text(kind: str, wrap: Callable[[str], str]) -> Put:
    def put(chart: dict[str, Resource], text: str) -> None:
        chart["n1"].update(content=note("", wrap(text), kind)["content"])

    return put


def _lab_value(chart: dict[str, Resource], text: str) -> None:
    del chart["k1"]["valueQuantity"]
    chart["k1"]["valueString"] = text


def _rtf(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    coded = "".join(c if ord(c) < 128 else _rtf_code(c) for c in safe)
    return f"{{\\rtf1\\ansi {NOTE}\\par {coded}\\par}}".replace("\n", "\\par ")


def _rtf_code(character: str) -> str:
    number = ord(character)
    halves = [number] if number < 0x10000 else [
        0xD800 + ((number - 0x10000) >> 10), 0xDC00 + ((number - 0x10000) & 0x3FF)
    ]  # fmt: skip
    return "".join(f"\\u{half - 0x10000 if half > 0x7FFF else half}?" for half in halves)


def _html(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<html><body><p>{NOTE}</p><p>{safe}</p></body></html>"


# Each place by its name; the resource's own words stay where they can.
PLACES: dict[str, Put] = {
    "note": _note_text("text/plain", lambda t: f"{NOTE}\n\n{t}\n\nSeen by RN."),
    "note, first line": _note_text("text/plain", lambda t: f"{t}\n\n{NOTE}"),
    "note, within a sentence": _note_text("text/plain", lambda t: f"Feels tired. {t} Sleeps well."),
    "note in HTML": _note_text("text/html", _html),
    "note in RTF": _note_text("application/rtf", _rtf),
    "note's author": lambda c, t: c["n1"].update(author=[{"display": t}]),
    "note's title": lambda c, t: c["n1"].update(type={"text": t}),
    "allergy comment": lambda c, t: _text(c["a1"], "note", t),
    "allergy substance": lambda c, t: c["a1"].update(code={"text": t}),
    "reaction": lambda c, t: c["a1"].update(reaction=[{"manifestation": [{"text": t}]}]),
    "lab comment": lambda c, t: _text(c["k1"], "note", t),
    "lab name": lambda c, t: c["k1"].update(code={"text": t}),
    "lab value": _lab_value,
    "lab range": lambda c, t: c["k1"].update(referenceRange=[{"text": t}]),
    "vital sign comment": lambda c, t: _text(c["v1"], "note", t),
    "unit": lambda c, t: c["v1"].update(valueQuantity={"value": 70, "unit": t}),
    "drug name": lambda c, t: c["m1"].update(medicationCodeableConcept={"text": t}),
    "dosage text": lambda c, t: _text(c["m1"], "dosageInstruction", t),
    "drug's reason": lambda c, t: _text(c["m1"], "reasonCode", t),
    "problem": lambda c, t: c["c1"].update(code={"text": t}),
    "severity": lambda c, t: c["c1"].update(severity={"text": t}),
    "body site": lambda c, t: _text(c["c1"], "bodySite", t),
    "visit": lambda c, t: _text(c["e1"], "type", t),
    "visit's reason": lambda c, t: _text(c["e1"], "reasonCode", t),
    "appointment": lambda c, t: c["ap1"].update(description=t),
    "service": lambda c, t: _text(c["ap1"], "serviceType", t),
    "care plan title": lambda c, t: c["cp1"].update(title=t),
    "care plan activity": lambda c, t: c["cp1"].update(activity=[{"detail": {"description": t}}]),
    "care plan narrative": lambda c, t: c["cp1"].update(text={"div": _html(t)}),
    "procedure": lambda c, t: c["pr1"].update(code={"text": t}),
    "relative": lambda c, t: c["f1"].update(relationship={"text": t}),
    "relative's condition": lambda c, t: c["f1"].update(condition=[{"code": {"text": t}}]),
}
SPLIT: dict[str, tuple[str, ...]] = {
    "two allergy comments": ("allergy comment", "allergy comment"),
    "two lab comments": ("lab comment", "lab comment"),
    "two notes": ("note, first line", "note, first line"),
    "comment and reason": ("allergy comment", "visit's reason"),
}
_BY_PLACE = {"allergy comment": "a1", "lab comment": "k1", "note, first line": "n1"}


def attacked(place: str, text: str) -> Chart:
    """The chart with ``text`` at ``place``; where the place is split, half of it in each part."""
    chart = base_chart()
    if place not in SPLIT:
        PLACES[place]({r["id"]: r for r in chart}, text)
        return chart
    first, second = SPLIT[place]
    head, tail = _halves(text)
    if first == second:
        twin = copy.deepcopy(next(r for r in chart if r["id"] == _BY_PLACE[first]))
        twin["id"] = f"{twin['id']}b"
        if "date" in twin:
            twin["date"] = "2026-11-16T10:00:00Z"
        chart.append(twin)
        PLACES[second]({_BY_PLACE[first]: twin}, f"(2/2) {tail}")
    by_id = {r["id"]: r for r in chart}
    PLACES[first](by_id, f"(1/2) {head}")
    if first != second:
        PLACES[second](by_id, f"(2/2) {tail}")
    return chart


def _halves(text: str) -> tuple[str, str]:
    words = text.split(" ")
    cut = max(1, min(3, len(words) // 2))
    return " ".join(words[:cut]), " ".join(words[cut:])
