"""Invented patients of a hospital that does not exist.

A date comes in; canonical FHIR R4 resources with fixed ids go out, every instant counted
back from that date. Each patient tells one story that a checker, a rule or a screen must
get right, and carries what generated charts lack (reference ranges, interpretation, side,
route, family history, doubt). Nothing here may name, or be copied from, a real person;
phones are 555-01xx numbers. It must never read a clock, a file or the network.
"""

from __future__ import annotations

from datetime import date, datetime

from sandbox.charts import hospital
from sandbox.charts.chart import Resource
from sandbox.charts.clock import hold_back
from sandbox.charts.stories import STORIES

__all__ = ["Resource", "build"]


def build(today: date, now: datetime | None = None) -> list[Resource]:
    """Every resource of Northfield General as it stands on `today`, the hospital first.

    Each patient has one visit in progress on `today`. With an aware `now`, that day's
    instants are moved back together so that none is later than `now` (someone trying the
    sandbox at breakfast would else read results of the afternoon to come).
    """
    resources = hospital.resources(today)
    for story in STORIES:
        resources.extend(story(today).resources)
    return resources if now is None else hold_back(resources, today, now)
