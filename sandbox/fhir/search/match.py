"""One condition of a search, as a test over what a resource answers to."""

from collections.abc import Callable
from datetime import UTC, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.fhir.errors import FhirError
from sandbox.fhir.search.dates import holds, interval
from sandbox.fhir.search.param import Param
from sandbox.fhir.search.values import Quantity, plain

Test = Callable[[Any], bool]

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
_MODIFIERS = {
    "token": {"missing", "not"},
    "string": {"missing", "exact", "contains"},
    "reference": {"missing"},
    "date": {"missing"},
    "quantity": {"missing"},
    "composite": set[str](),
}


def condition(param: Param, modifier: str, raw: str, base_url: str, zone: tzinfo = UTC) -> Test:
    """Return the test for ``param:modifier=raw``; commas mean OR. Raises FhirError 400.

    ``zone`` is that of times that name none.
    """
    if modifier == "missing":
        return _missing(param, raw)
    if param.kind == "reference" and modifier[:1].isupper():
        raw = ",".join(f"{modifier}/{one}" for one in split(raw))
        modifier = ""
    if modifier and modifier not in _MODIFIERS[param.kind]:
        raise FhirError(400, "not-supported", f"The modifier :{modifier} is not supported here.")
    alternatives = split(raw)
    if not all(alternatives):
        raise FhirError(400, "invalid", f"The parameter {param.name} has an empty value.")
    if param.kind == "date":
        return _any(_date(param.name, one, zone) for one in alternatives)
    return _kind(param, modifier, alternatives, base_url)


def _kind(param: Param, modifier: str, alternatives: list[str], base_url: str) -> Test:
    match param.kind:
        case "token":
            return _token(alternatives, negated=modifier == "not")
        case "reference":
            return _reference(alternatives, base_url)
        case "string":
            return _string(alternatives, modifier)
        case "quantity":
            return _any(_quantities(param.name, one) for one in alternatives)
        case _:
            return _any(_composite(param.name, one) for one in alternatives)


def split(raw: str, separator: str = ",") -> list[str]:
    r"""Split at a separator that is not escaped (``\,``), and unescape the parts."""
    parts, current, escaped = [], "", False
    for char in raw:
        if escaped:
            current, escaped = current + char, False
        elif char == "\\":
            escaped = True
        elif char == separator:
            parts.append(current)
            current = ""
        else:
            current += char
    return [*parts, current]


def prefix_of(value: str) -> tuple[str, str]:
    """Return the prefix and the rest of a date or number; no prefix means ``eq``."""
    return (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)


def _any(tests: Any) -> Test:
    kept = list(tests)
    if len(kept) == 1:
        return kept[0]  # type: ignore[no-any-return]
    return lambda values: any(test(values) for test in kept)


def _missing(param: Param, raw: str) -> Test:
    if raw not in {"true", "false"}:
        raise FhirError(400, "invalid", f"{param.name}:missing is true or false.")
    wanted = raw == "true"
    return lambda values: (not values) == wanted


def _token(alternatives: list[str], *, negated: bool) -> Test:
    wanted = frozenset(alternatives)
    if negated:
        return wanted.isdisjoint
    return lambda values: not wanted.isdisjoint(values)


def _reference(alternatives: list[str], base_url: str) -> Test:
    # An absolute reference to this very server means the same as a relative one.
    wanted = frozenset(one.removeprefix(f"{base_url}/") for one in alternatives)
    return lambda values: not wanted.isdisjoint(values)


def _string(alternatives: list[str], modifier: str) -> Test:
    if modifier == "exact":
        return lambda values: any(value in alternatives for value in values)
    wanted = [plain(one) for one in alternatives]
    if modifier == "contains":
        return lambda values: any(one in plain(value) for value in values for one in wanted)
    return lambda values: any(plain(value).startswith(one) for value in values for one in wanted)


def _date(name: str, raw: str, zone: tzinfo) -> Test:
    prefix, text = prefix_of(raw)
    try:
        wanted = interval(text, zone)
    except ValueError:
        raise FhirError(
            400,
            "invalid",
            f"The value of {name} is not a date. Use YYYY-MM-DD or a time with its zone, "
            "and encode a plus sign as %2B.",
        ) from None
    return lambda values: any(holds(prefix, wanted, found) for found in values)


def _quantities(name: str, raw: str) -> Test:
    test = _quantity(name, raw)
    return lambda values: any(test(found) for found in values)


def _quantity(name: str, raw: str) -> Callable[[Quantity], bool]:
    number, *unit = split(raw, "|")
    prefix, text = prefix_of(number)
    try:
        exact = Decimal(text)
    except InvalidOperation:
        raise FhirError(400, "invalid", f"The value of {name} is not a number.") from None
    # R4: a number means itself within half of its last digit.
    slack = float(Decimal((0, (5,), int(exact.as_tuple().exponent) - 1)))
    wanted = float(exact)
    system, code = (unit[0], unit[1]) if len(unit) == 2 else ("", "")
    return lambda found: (
        _compares(prefix, found[0], wanted, slack)
        and (not system or system == found[1])
        and (not code or code in found[2])
    )


def _compares(prefix: str, found: float, wanted: float, slack: float) -> bool:
    near = abs(found - wanted) < slack
    return {
        "eq": near,
        "ne": not near,
        "gt": found > wanted,
        "lt": found < wanted,
        "ge": found >= wanted,
        "le": found <= wanted,
        "sa": found > wanted,
        "eb": found < wanted,
    }[prefix]


def _composite(name: str, raw: str) -> Test:
    parts = split(raw, "$")
    if len(parts) != 2:
        raise FhirError(400, "invalid", f"{name} is code$quantity.")
    code, quantity = parts[0], _quantity(name, parts[1])
    return lambda values: any(code in codes and quantity(found) for codes, found in values)
