"""One error at a time, planted by code in a statement that holds.

In comes a true statement with its chart, the draft around it and a draft of another patient; out
comes the statement made wrong in one named way, or nothing where it gives no occasion. What is
planted is wrong by what the chart holds, never by what verification says of it.
"""

from recommendations.quality.planting.case import Case, Planting
from recommendations.quality.planting.kinds import KINDS, Kind, kind_of
from recommendations.quality.planting.registry import PLANTINGS, planted

__all__ = ["KINDS", "PLANTINGS", "Case", "Kind", "Planting", "kind_of", "planted"]
