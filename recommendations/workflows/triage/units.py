"""Values in the units that rules know; what is in another unit is not guessed at."""

from decimal import Decimal

from recommendations.clinical.facts import Quantity

# test → unit that rules know, and what a value in another unit is multiplied with.
_FACTORS: dict[str, dict[str, Decimal]] = {
    "potassium": {"mmol/l": Decimal(1), "meq/l": Decimal(1)},
    "sodium": {"mmol/l": Decimal(1), "meq/l": Decimal(1)},
    # mg/dL; glucose 180.16 g/mol
    "glucose": {"mg/dl": Decimal(1), "mmol/l": Decimal("18.016")},
    "hemoglobin": {"g/dl": Decimal(1), "g/l": Decimal("0.1")},
    # mmol/L; lactate 90.08 g/mol
    "lactate": {"mmol/l": Decimal(1), "meq/l": Decimal(1), "mg/dl": Decimal("0.111")},
    "troponin": {},
    "white blood cells": {
        "10*9/l": Decimal(1), "10*3/ul": Decimal(1), "10^9/l": Decimal(1), "10^3/ul": Decimal(1),
        "x10e3/ul": Decimal(1), "k/ul": Decimal(1), "/ul": Decimal("0.001"),
    },
}  # fmt: skip
_FACTORS["neutrophils"] = _FACTORS["white blood cells"]


def in_known_unit(value: Quantity, test: str) -> Decimal | None:
    """The number in the unit of the rules; None for a unit that has no place there."""
    for unit in (value.ucum, value.unit):
        factor = _FACTORS[test].get(unit.lower().replace("µ", "u").replace("μ", "u"))
        if factor is not None:
            return value.value * factor
    return None


def celsius(value: Quantity) -> Decimal | None:
    """A temperature in degrees Celsius; None for an unknown unit."""
    units = {value.ucum.lower(), value.unit.lower()}
    if units & {"cel", "°c", "c", "degc", "celsius"}:
        return value.value
    if units & {"[degf]", "°f", "f", "degf", "fahrenheit"}:
        return (value.value - 32) * 5 / 9
    return None
