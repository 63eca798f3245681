"""Units by their spellings, and what equals what."""

from decimal import Decimal

import pytest

from recommendations.verification import units
from recommendations.verification.lexicon.units import FACTORS, SPELLINGS


@pytest.mark.parametrize(
    ("value", "unit", "other", "other_unit"),
    [
        ("5.9", "mmol/L", "5.9", "mmol/l"),
        ("403", "K/uL", "403", "10*3/uL"),
        ("403", "x10^9/L", "403", "10*3/uL"),
        ("1", "g", "1000", "mg"),
        ("500", "mcg", "0.5", "mg"),
        ("11.2", "g/dL", "112", "g/L"),
        ("118", "mmHg", "118", "mm[Hg]"),
        ("78", "beats per minute", "78", "/min"),
        ("31", "mL/min/1.73 m2", "31", "mL/min/{1.73_m2}"),
        ("7.9", "", "7.9", "%"),
    ],
)
def test_equal_quantities_are_equal(value: str, unit: str, other: str, other_unit: str) -> None:
    assert units.equal(Decimal(value), unit, Decimal(other), other_unit)


@pytest.mark.parametrize(
    ("value", "unit", "other", "other_unit"),
    [
        ("5.9", "mg/dL", "5.9", "mmol/L"),
        ("5.9", "mEq/L", "5.9", "mmol/L"),  # an equivalent is no mole: calcium, magnesium
        ("75", "mg", "75", "mcg"),
        ("98.4", "\u00b0C", "98.4", "[degF]"),
        ("2.1", "10*6/uL", "2.1", "10*3/uL"),
        ("3.8", "mg/dL", "3.8", ""),  # a unit made up
        ("196", "kg", "196", "lb"),
    ],
)
def test_unequal_quantities_are_not(value: str, unit: str, other: str, other_unit: str) -> None:
    assert not units.equal(Decimal(value), unit, Decimal(other), other_unit)


def test_a_number_without_a_unit_may_be_told_as_a_ratio() -> None:
    assert units.equal(Decimal("2.4"), "INR", Decimal("2.4"), "")


def test_every_spelling_has_a_factor() -> None:
    assert set(SPELLINGS.values()) == set(FACTORS)
