"""Dates and times as a clinician reads them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from recommendations.clinical.facts import PartialDate

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(when: PartialDate | None, *, as_of: str = "", full: bool = False) -> str:
    """``17 Nov``, with the year unless it is that of ``as_of``; less where the chart says less."""
    if when is None:
        return ""
    year, *rest = when.day.split("-")
    words = [_MONTHS[int(rest[0]) - 1]] if rest else []
    words = [str(int(rest[1])), *words] if len(rest) == 2 else words
    this_year = not full and len(rest) == 2 and year == as_of[:4]
    return " ".join(words if this_year else [*words, year])


def clock(when: PartialDate | None) -> str:
    """``14:02`` as the chart has it, in the chart's own zone; empty where it has no time."""
    if when is None or "T" not in when.text:
        return ""
    time = when.text.split("T")[1][:5]
    return "" if time == "00:00" else time


def brief(when: PartialDate | None, *, as_of: str) -> str:
    """The time where it was today, else the day: what fits on a chip."""
    if when is not None and when.day == as_of[:10] and clock(when):
        return clock(when)
    return day(when, as_of=as_of)


def full(when: PartialDate | None) -> str:
    """``17 Nov 2026 14:02``."""
    return " ".join(part for part in (day(when, full=True), clock(when)) if part)


def local(moment: datetime | None) -> datetime | None:
    """A moment of ours in the hospital's zone."""
    return timezone.localtime(moment, ZoneInfo(settings.AUDIT_TIME_ZONE)) if moment else None
