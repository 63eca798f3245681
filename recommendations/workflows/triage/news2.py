"""NEWS2, reckoned from the vital signs of now.

Source: Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017. Its
tables are free to use with this acknowledgement; they are carried over as numbers. Oxygen
saturation is scored on scale 1: scale 2 is for patients of whom a clinician decided so.

A sign that is not known scores nothing and is named, so that the sum is what the score is at
least: it can only be higher.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from recommendations.workflows.triage.measured import Measured, Sign
from recommendations.workflows.triage.presented import Presented

# Each row: points for a value up to and with this limit; the last is for all above.
_TABLES: dict[Sign, tuple[tuple[str, int], ...]] = {
    Sign.RESPIRATION: (("8", 3), ("11", 1), ("20", 0), ("24", 2), ("Infinity", 3)),
    Sign.SATURATION: (("91", 3), ("93", 2), ("95", 1), ("Infinity", 0)),
    Sign.SYSTOLIC: (("90", 3), ("100", 2), ("110", 1), ("219", 0), ("Infinity", 3)),
    Sign.PULSE: (("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), ("Infinity", 3)),
    Sign.TEMPERATURE: (("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), ("Infinity", 2)),
}
_FULL_COMA_SCALE = "15"
_ROOM_AIR_PERCENT = Decimal(21)
SIGNS = (
    Sign.RESPIRATION, Sign.SATURATION, Sign.OXYGEN, Sign.SYSTOLIC, Sign.PULSE,
    Sign.CONSCIOUSNESS, Sign.TEMPERATURE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` by sign, ``missing`` signs that are not known now."""

    points: Mapping[Sign, int]
    refs: tuple[str, ...]
    missing: tuple[Sign, ...]

    @property
    def total(self) -> int:
        """What the score is, or is at least."""
        return sum(self.points.values())

    @property
    def red(self) -> tuple[Sign, ...]:
        """Signs that score three by themselves."""
        return tuple(sign for sign, points in self.points.items() if points == 3)

    @property
    def words(self) -> str:
        """The score, and of what it is made."""
        scored = [f"{sign.value} {points}" for sign, points in self.points.items() if points]
        made = f" ({', '.join(scored)})" if scored else ""
        if not self.missing:
            return f"NEWS2 is {self.total}{made}"
        missing = ", ".join(sign.value for sign in self.missing)
        return f"NEWS2 is at least {self.total}{made}; not known now: {missing}"


def score(presented: Presented) -> Score | None:
    """The score; None where it does not apply: under sixteen, age unknown, pregnant, no sign."""
    if not presented.adult or presented.has("pregnan"):
        return None
    points: dict[Sign, int] = {}
    refs: list[str] = []
    for sign in SIGNS:
        found = _points(sign, presented.signs)
        if found is not None:
            points[sign] = found[0]
            refs.append(found[1])
    if not points:
        return None
    missing = tuple(sign for sign in SIGNS if sign not in points)
    return Score(points, tuple(dict.fromkeys(refs)), missing)


def _points(sign: Sign, signs: Mapping[Sign, Measured]) -> tuple[int, str] | None:
    if sign is Sign.CONSCIOUSNESS:
        return _consciousness(signs)
    found = signs.get(sign)
    if found is None:
        return None
    if sign is Sign.OXYGEN:
        given = _on_oxygen(found)
        return None if given is None else (2 if given else 0, found.handle)
    if found.value is None or found.comparator:
        return None
    value = round(found.value, 1) if sign is Sign.TEMPERATURE else found.value
    return next(p for limit, p in _TABLES[sign] if value <= Decimal(limit)), found.handle


def _consciousness(signs: Mapping[Sign, Measured]) -> tuple[int, str] | None:
    said, scale = signs.get(Sign.CONSCIOUSNESS), signs.get(Sign.COMA_SCALE)
    if said is not None and said.text:
        return 0 if said.text.startswith("alert") else 3, said.handle
    if scale is not None and scale.value is not None:
        return 3 if scale.below(_FULL_COMA_SCALE) else 0, scale.handle
    return None


def _on_oxygen(found: Measured) -> bool | None:
    """Whether oxygen is given; None where it cannot be told."""
    if found.text:
        return "room air" not in found.text and "none" not in found.text
    if found.value is None:
        return None
    share = found.value * 100 if 0 < found.value <= 1 and "%" not in found.words else found.value
    if "%" in found.words or share > _ROOM_AIR_PERCENT - 1:
        return share > _ROOM_AIR_PERCENT
    return found.value > 0
