"""A value set against an end of its reference range: "61 U/L, above 35 U/L"."""

from decimal import Decimal

from recommendations.clinical.facts import ObservationFact
from recommendations.verification import units
from recommendations.verification.plain import listed
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_ENDS = {">": "high", "<": "low"}
# "At least 30" of a range says what is within it, and not what lies beyond.
_BEYOND = frozenset((
    "above", "over", "more than", "greater than", "higher than", "exceeds", "exceeding",
    "below", "under", "less than", "lower than",
))  # fmt: skip
_OF_RANGES = listed("range limit reference normal")


def bounded(sign: Item, number: Item, scan: Scan, binding: Binding) -> bool:
    """Whether the value told just before lies beyond the end of its range that ``number`` is."""
    told = next(
        (i for i in reversed(scan.items) if i.kind == "number" and i.end <= sign.start), None
    )
    ranging = _OF_RANGES & set(scan.said[max(0, sign.start - 3) : sign.start])
    if told is None or sign.text.lower() not in _BEYOND or ranging:
        return False
    facts = [binding.subject(i).fact for i in binding.holders(told, binding.owners(told))]
    return bool(facts) and all(_is_end(fact, number, sign.value) for fact in facts)


def _is_end(fact: object, number: Item, sign: str) -> bool:
    if not isinstance(fact, ObservationFact) or fact.value is None or fact.reference_range is None:
        return False
    end, value = getattr(fact.reference_range, _ENDS[sign]), fact.value.value
    said = number.value
    same = end == Decimal(said.value) and not said.comparator
    beyond = end is not None and (value > end if sign == ">" else value < end)
    return same and beyond and (not said.unit or units.convertible(said.unit, fact.value.unit))
