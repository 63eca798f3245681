"""A year said once for several days: "7 May and 2 Jul 2020"."""

from collections.abc import Sequence
from dataclasses import replace

from recommendations.verification.sentence.items import Date, Item


def with_years(items: Sequence[Item]) -> list[Item]:
    """The items, days without a year given that of the next day that has one, if it is later."""
    found, year = list(items), ""
    after = ""
    for at in range(len(found) - 1, -1, -1):
        if found[at].kind != "date":
            continue
        when: Date = found[at].value
        if not when.iso.startswith("--"):
            year, after = when.iso[:4], when.iso[4:]
        elif year and when.iso[1:] <= after:
            iso = f"{year}{when.iso[1:]}"
            found[at] = replace(found[at], value=Date(iso, when.role))
            after = when.iso[1:]
        else:
            year = ""
    return found
