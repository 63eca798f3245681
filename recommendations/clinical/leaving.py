"""What a section leaves out, in one line."""

from collections.abc import Sequence

from recommendations.clinical.results import LeftOut


def line(left: Sequence[LeftOut]) -> str:
    """``2 more results out of range and 1 more vital sign are not shown.``; empty for nothing."""
    if not left:
        return ""
    *first, last = (each.what for each in left)
    verb = "is" if len(left) == 1 and last.startswith("1 ") else "are"
    before = f"{', '.join(first)} and " if first else ""
    return f"{before}{last} {verb} not shown."
