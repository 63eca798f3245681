"""Ines Quintero: one visit, and nothing else. Not even a birth date.

The trap: nothing recorded is not "none". There is no allergy row here at all.
"""

from __future__ import annotations

from datetime import date

from sandbox.charts.chart import Chart
from sandbox.charts.hospital import ORTIZ
from sandbox.charts.people import open_visit, patient


def chart(today: date) -> Chart:
    """The chart as it stands at the visit of today."""
    c = Chart("eQ99", today)
    patient(
        c,
        id="eQ99-940",
        mrn="0051-9940",
        given=["Ines"],
        family="Quintero",
        gender="female",
        born=None,
        street="101 Blank Street",
        phone="555-0199",
    )
    open_visit(c, "New patient visit", "08:30", ORTIZ)
    return c
