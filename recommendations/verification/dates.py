"""Dates said and dates recorded, each as precise as it is."""

import re
from datetime import date
from typing import Any

from recommendations.clinical.facts import PartialDate

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def iso(said: str) -> str:
    """``said`` cut to its day; empty where it is no ISO date of any precision."""
    found = _ISO.match(said.strip())
    return found.group(0) if found and len(said.strip()) in {4, 7, *range(10, 40)} else ""


def agrees(said: str, recorded: PartialDate | None) -> bool:
    """Whether the chart's date begins with what is said: never more precise than it is known."""
    return recorded is not None and bool(said) and recorded.day.startswith(said)


def shown(when: PartialDate | str | None) -> str:
    """``17 Nov 2026``, ``Nov 2026``, ``2026``; the text itself where it is none of these."""
    text = when.day if isinstance(when, PartialDate) else (when or "")
    try:
        parts = [int(p) for p in text.split("-")]
        if len(parts) == 3:
            date(*parts)
        month = MONTHS[parts[1] - 1] if len(parts) > 1 else ""
    except (ValueError, IndexError):
        return text
    return " ".join(filter(None, [str(parts[2]) if len(parts) > 2 else "", month, text[:4]]))


def date_of(fact: Any, role: str) -> PartialDate | None:
    """A fact's start, end or recording, as ``role`` says; else the date it is known by."""
    if role == "recorded" and fact.recorded:
        return fact.recorded  # type: ignore[no-any-return]
    if role == "judged":
        return fact.recorded  # type: ignore[no-any-return]
    names = _DATES.get(fact.kind, ())
    if role == "end" and fact.kind == "medication":
        return None  # an order tells when it was written, not when it was stopped or held
    if role == "end" and len(names) > 1:
        names = names[1:]
    return next((found for name in names[:1] if (found := getattr(fact, name))), None)


_DATES: dict[str, tuple[str, ...]] = {
    "observation": ("effective",), "medication": ("authored",), "condition": ("onset", "abatement"),
    "allergy": ("onset",), "note": ("authored",), "encounter": ("start", "end"),
    "appointment": ("start",), "immunization": ("occurred",), "care_plan": ("start", "end"),
    "procedure": ("performed",), "administration": ("start", "end"), "report": ("effective",),
    "referral": ("authored",),
}  # fmt: skip
