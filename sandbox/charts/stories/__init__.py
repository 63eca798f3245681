"""One module for each story: `chart(today)` takes a date and gives the patient's Chart.

A story must be told by the data alone; it never knows who reads it, nor another story.
"""

from __future__ import annotations

from sandbox.charts.stories import (
    child,
    deceased,
    dialysis,
    discharged,
    doubtful,
    empty,
    formats,
    halloway,
    injected,
    kidney,
    names,
    penicillin,
    pregnant,
    warfarin,
)

STORIES = (
    halloway.chart,
    kidney.chart,
    penicillin.chart,
    discharged.chart,
    injected.chart,
    empty.chart,
    dialysis.chart,
    child.chart,
    warfarin.chart,
    doubtful.chart,
    names.chart,
    pregnant.chart,
    deceased.chart,
    formats.chart,
)
