"""Times with their zone, and events in words."""

from datetime import datetime
from decimal import Decimal

from django import template

from audit import selectors, wording
from audit.directory import directory

register = template.Library()
register.filter("spaced", wording.spaced)


@register.filter
def ehr_name(slug: str) -> str:
    """Return an EHR's name, or the slug that a row has of one that is not known any more."""
    return dict(directory().choices()).get(slug, slug)


@register.filter
def when(moment: datetime) -> str:
    """Return ``17 Nov 2026 14:11:31 UTC``."""
    here = moment.astimezone(selectors.zone())
    return f"{here.day} {here:%b %Y %H:%M:%S} {_zone(here)}"


@register.filter
def exactly(moment: datetime) -> str:
    """Return ``17 Nov 2026 14:11:31.118204 UTC``."""
    here = moment.astimezone(selectors.zone())
    return f"{here.day} {here:%b %Y %H:%M:%S.%f} {_zone(here)}"


@register.filter
def clock(moment: datetime) -> str:
    """Return ``14:11:31.118``: where the day and the zone stand beside it."""
    return f"{moment.astimezone(selectors.zone()):%H:%M:%S.%f}"[:-3]


@register.filter
def short(moment: datetime) -> str:
    """Return ``17 Nov 2026 14:11:31``: where the zone stands beside it."""
    here = moment.astimezone(selectors.zone())
    return f"{here.day} {here:%b %Y %H:%M:%S}"


@register.simple_tag
def trail_zone() -> str:
    """Return the zone of every time on the page: ``UTC``, or ``America/Chicago (UTC-06:00)``."""
    here = datetime.now(selectors.zone())
    name = str(selectors.zone())
    return name if name == "UTC" else f"{name} ({_zone(here)})"


def _zone(here: datetime) -> str:
    offset = f"{here:%z}"
    return "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"


@register.filter
def seconds(milliseconds: int) -> str:
    """Return ``41 s``, or ``0.4 s`` below ten seconds."""
    digits = 0 if milliseconds >= 10_000 else 1
    return f"{milliseconds / 1000:.{digits}f} s"


@register.filter
def number(value: int) -> str:
    """Return ``1,234,567``."""
    return f"{value:,}"


@register.filter
def price(amount: Decimal) -> str:
    """Return what a million tokens cost: two decimals (``6.25``), or the three or four it has."""
    exact = amount.normalize()
    return f"{amount:,.2f}" if exact == round(exact, 2) else f"{exact:,f}"


@register.filter
def cents(micros: int) -> str:
    """Return millionths of a US dollar as ``$12.34``, for a column; less than a cent says so."""
    return f"${micros / 1_000_000:,.2f}" if micros >= 5_000 or not micros else "under $0.01"


@register.filter
def dollars(micros: int) -> str:
    """Return millionths of a US dollar as ``$12.34``; less than ten cents with four digits."""
    amount = micros / 1_000_000
    return f"${amount:,.2f}" if micros >= 100_000 or not micros else f"${amount:.4f}"
