"""Numbers with units, as written in orders: ``25 mg``, ``2 puffs``, ``1,000 units``."""

import re
from decimal import Decimal

from recommendations.verification import units
from recommendations.verification.plain import flat

_AMOUNT = re.compile(
    r"(?<![\w.])((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([A-Za-z%\[{][\w%\[\]{}/.^*\u00b2]*)?",
    re.IGNORECASE,
)
Amount = tuple[str, str]


def amounts_in(text: str) -> list[Amount]:
    """Every number with the unit that follows it; a word that is no unit is none."""
    found = []
    for number, unit in _AMOUNT.findall(flat(text)):
        bare = unit.rstrip(".")
        found.append((number.replace(",", ""), bare if units.known(bare) else ""))
    return found


def same_amount(one: Amount, other: Amount) -> bool:
    """Whether two amounts are equal; one without a unit equals none that has one."""
    if bool(one[1]) != bool(other[1]):
        return False
    return units.equal(Decimal(one[0]), one[1], Decimal(other[0]), other[1])
