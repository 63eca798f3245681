"""Units by their many spellings, and conversion between equal ones."""

import re
from decimal import Decimal
from functools import lru_cache

from recommendations.verification.lexicon.units import FACTORS, SPELLINGS

PURE = frozenset(("{INR}", "[pH]", "{ratio}", "{score}"))  # may be said where the chart has no unit
_PER = re.compile(r"(?:^|\s+)per\s+")
_WORDS = {
    "milligram": "mg", "gram": "g", "microgram": "ug", "nanogram": "ng", "picogram": "pg",
    "milliequivalent": "meq", "millimole": "mmol", "micromole": "umol", "nanomole": "nmol",
    "picomole": "pmol", "liter": "l", "litre": "l", "deciliter": "dl", "decilitre": "dl",
    "milliliter": "ml", "millilitre": "ml", "microliter": "ul", "microlitre": "ul",
    "minute": "min", "hour": "h", "second": "s", "kilogram": "kg", "beat": "", "breath": "",
    "cell": "", "unit": "u", "mcg": "ug",
}  # fmt: skip
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=8192)
def ucum(unit: str) -> str:
    """The UCUM code of a spelling; the spelling itself, without spaces, where none is known."""
    bare = _SPACES.sub("", unit.strip().strip("."))
    folded = bare.replace("\u03bc", "u").replace("\u00b5", "u").replace("\u00b2", "2")
    known_ = SPELLINGS.get(folded) or SPELLINGS.get(folded.lower())
    return known_ or SPELLINGS.get(_shortened(unit)) or bare


def _shortened(unit: str) -> str:
    """ "milligrams per deciliter" as "mg/dl"."""
    said = unit.lower().replace("cubic millimeter", "mm3").replace("square meter", "m2")
    parts = _PER.sub("/", said).replace("/", " / ").split()
    return "".join(_WORDS.get(part, _WORDS.get(part.removesuffix("s"), part)) for part in parts)


def known(unit: str) -> bool:
    """Whether the spelling is one of the table's."""
    return ucum(unit) in FACTORS


def equal(value: Decimal, unit: str, other: Decimal, other_unit: str) -> bool:
    """Whether two quantities are the same: ``unit`` may be left out, but not made up.

    Only factors of the same dimension count: no molar masses, so mg/dL never equals mmol/L.
    """
    if not unit or not other_unit:
        return value == other and (not unit or ucum(unit) in PURE)
    ours, theirs = ucum(unit), ucum(other_unit)
    if ours.casefold() == theirs.casefold():
        return value == other
    one, two = FACTORS.get(ours), FACTORS.get(theirs)
    return bool(one and two and one[0] == two[0] and value * one[1] == other * two[1])


def convertible(unit: str, other: str) -> bool:
    """Whether both are spellings of one unit, or of units that a factor joins."""
    ours, theirs = ucum(unit), ucum(other)
    if ours.casefold() == theirs.casefold():
        return True
    one, two = FACTORS.get(ours), FACTORS.get(theirs)
    return bool(one and two and one[0] == two[0])
