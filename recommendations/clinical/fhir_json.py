"""Getters over raw FHIR JSON that forgive.

Charts hold lists where FHIR has objects, numbers as strings and dates with spaces. A getter gives
what is usable and nothing (``""``, ``()``, ``None``) otherwise; it never raises.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias, TypeVar, cast

from recommendations.clinical.facts import Coding, PartialDate, Quantity
from recommendations.clinical.untrusted import SHORT, line

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

_DATE = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_COMPARATORS = {"<", "<=", ">=", ">", "ad"}
_TEXTS = (str, int, float, Decimal)
_MOST_CODINGS = 20
_POWERS = 30


def items(raw: object, key: str) -> list[Json]:
    """The objects under ``key``, whether the chart has one or a list of them."""
    found = raw.get(key) if isinstance(raw, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [item for item in listed if isinstance(item, dict)]


def item(raw: object, key: str) -> Json:
    """The first object under ``key``; empty where there is none."""
    return next(iter(items(raw, key)), {})


def string(raw: object, key: str, *, limit: int = SHORT) -> str:
    """A string on one line, at most ``limit`` characters; one that is cut ends in "…"."""
    found = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(found, _TEXTS) or isinstance(found, bool):
        return ""
    return line(str(found), limit)


def some(found: Sequence[T], most: int, what: str) -> tuple[Sequence[T], tuple[str, ...]]:
    """The first ``most`` of a list within a resource, and a warning where there are more."""
    more = len(found) - most
    said = f"{more} more {what} {'is' if more == 1 else 'are'} in the chart and not shown."
    return found[:most], (said,) if more > 0 else ()


def boolean(raw: object, key: str) -> bool | None:
    """True or False where the chart says so."""
    found = raw.get(key) if isinstance(raw, dict) else None
    return found if isinstance(found, bool) else None


def codings(concept: object) -> tuple[Coding, ...]:
    """The codings of a CodeableConcept."""
    return tuple(
        Coding(
            system=string(coding, "system"),
            code=string(coding, "code"),
            display=string(coding, "display"),
        )
        for coding in items(concept, "coding")[:_MOST_CODINGS]
    )


def words(concept: object) -> str:
    """A CodeableConcept in the chart's own words: its text, else a display, else a code."""
    text = string(concept, "text")
    if text:
        return text
    return _first_of_codings(concept, "display") or _first_of_codings(concept, "code")


def code(concept: object) -> str:
    """The first code of a CodeableConcept, as statuses are given; else its text in lower case."""
    return _first_of_codings(concept, "code") or string(concept, "text").lower()


def _first_of_codings(concept: object, key: str) -> str:
    found = items(concept, "coding")[:_MOST_CODINGS]
    return next(filter(None, (string(coding, key) for coding in found)), "")


def first_words(raw: object, *keys: str) -> str:
    """The words of the first CodeableConcept that has any, over several elements."""
    return next(_all_words(raw, keys), "")


def _all_words(raw: object, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        yield from filter(None, map(words, items(raw, key)))


def number(raw: object, key: str) -> Decimal | None:
    """A number, exactly; of more than three decimals, rounded once (here and nowhere else).

    Derived values come with fifteen digits that no analyser measured; rounding a second time
    further on would make two honest roundings differ.
    """
    found = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(found, _TEXTS) or isinstance(found, bool):
        return None
    try:
        value = Decimal(str(found).strip())
    except (InvalidOperation, ValueError):  # the second: an integer of too many digits
        return None
    return _rounded(value) if value.is_finite() and not beyond_measure(value) else None


def beyond_measure(value: Decimal) -> bool:
    """Whether no patient has such a number, and writing it out could fill the memory (1e99999999).

    Thirty powers of ten: a viral load has ten, an amount of substance in moles some twenty.
    """
    return abs(value.adjusted()) > _POWERS


def _rounded(value: Decimal) -> Decimal:
    exponent = cast("int", value.as_tuple().exponent)
    if abs(value.adjusted()) > 15:
        return +value  # of so many digits as are reckoned with
    if exponent > 0:
        return value.quantize(Decimal(1))  # 1E+3 is shown as 1000
    if exponent >= -3:
        return value
    places = max(2, 2 - value.adjusted())
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def quantity(raw: object, key: str) -> Quantity | None:
    """A Quantity with a number; its unit as shown, or its code where no unit is given."""
    found = item(raw, key)
    value = number(found, "value")
    if value is None:
        return None
    ucum = string(found, "code")
    unit = string(found, "unit") or ucum
    if unit.startswith("{") and unit.endswith("}"):
        unit = ""  # a UCUM annotation, "{score}": the number has no unit
    comparator = string(found, "comparator")
    safe = comparator if comparator in _COMPARATORS else ""
    return Quantity(
        value=value,
        unit=unit,
        ucum=ucum,
        comparator=cast("Literal['', '<', '<=', '>=', '>', 'ad']", safe),
    )


def date(raw: object, *keys: str) -> PartialDate | None:
    """The first usable date of several elements: a date, a dateTime, or a Period's start."""
    for key in keys:
        found = raw.get(key) if isinstance(raw, dict) else None
        if isinstance(found, dict):
            found = found.get("start")
        if isinstance(found, str) and _DATE.fullmatch(found.strip()):
            return PartialDate(text=found.strip())
    return None


def moment(when: PartialDate | None) -> str:
    """A text that sorts dates of any precision and time zone; empty (first) where unknown."""
    if when is None:
        return ""
    if "T" not in when.text:
        return when.text
    try:
        parsed = datetime.fromisoformat(when.text)
    except ValueError:
        return when.text
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def day_number(when: PartialDate | None) -> int:
    """The day as a running number, for distances; 0 where the chart has no day."""
    if when is None or len(when.day) < 10:
        return 0
    try:
        return datetime.fromisoformat(when.day).toordinal()
    except ValueError:
        return 0


def reference(raw: object, key: str) -> str:
    """A reference as ``Type/id`` whatever its form, or ``#id`` for a contained resource."""
    found = string(item(raw, key), "reference")
    if found.startswith("#"):
        return found
    parts = found.split("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else ""


def contained(raw: object, ref: str) -> Json:
    """The contained resource that ``#id`` points to."""
    return next((c for c in items(raw, "contained") if f"#{c.get('id')}" == ref), {})
