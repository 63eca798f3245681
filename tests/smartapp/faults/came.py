"""What came of a call while a fault was on, in the table's words."""

from dataclasses import dataclass, field

WHOLE = "whole"


@dataclass
class Came:
    """What came of a call. ``wrong``: what must not be. ``codes`` stand in the trail."""

    cell: str
    wrong: list[str] = field(default_factory=list)
    codes: tuple[str, ...] = ()
