"""One module for each story: `chart(today)` takes a date and gives the patient's Chart.

A story must be told by the data alone; it never knows who reads it, nor another story.
"""

from __future__ import annotations

from sandbox.charts.stories import (
    halloway,
)

STORIES = (halloway.chart,)
