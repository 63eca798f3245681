"""What a resource answers to for one parameter; worked out once for each version."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from sandbox.fhir.derived import medication_id
from sandbox.fhir.search.dates import intervals
from sandbox.fhir.search.param import Param
from sandbox.fhir.search.params import INLINE_DRUG
from sandbox.fhir.store import Entry

Quantity = tuple[float, str, frozenset[str]]  # value, system, the codes and units it is known by


def values(entry: Entry, param: Param) -> Any:
    """Return the values of an entry, in the form the parameter's kind compares."""
    found = entry.index.get(param.name)
    if found is None:
        found = entry.index[param.name] = _EXTRACT[param.kind](entry.resource, param)
    return found


def walk(value: Any, path: str) -> Iterator[Any]:
    """Yield every value at a dotted path, lists on the way walked through."""
    if isinstance(value, list):
        for item in value:
            yield from walk(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        head, _, rest = path.partition(".")
        name, _, condition = head.partition("[")
        yield from (
            found
            for step in _filtered(value.get(name), condition.rstrip("]"))
            for found in walk(step, rest)
        )


def _filtered(value: Any, condition: str) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    if not condition:
        return items
    key, _, wanted = condition.partition("=")
    return [item for item in items if isinstance(item, dict) and item.get(key) == wanted]


def _each(resource: Any, param: Param) -> Iterator[Any]:
    for path in param.paths:
        yield from walk(resource, path)


def tokens(value: Any) -> Iterator[str]:
    """Yield every way to ask for a token: ``code``, ``system|code``, ``|code``, ``system|``."""
    if isinstance(value, bool):
        yield from _token("", "true" if value else "false")
    elif isinstance(value, str | int | float):
        yield from _token("", str(value))
    elif isinstance(value, dict) and "coding" in value:
        for coding in value["coding"] or ():
            yield from tokens(coding)
    elif isinstance(value, dict):
        code = value.get("code", value.get("value"))
        if code is not None:
            yield from _token(value.get("system", ""), str(code).strip())


def _token(system: str, code: str) -> Iterator[str]:
    yield code
    yield f"{system}|{code}"
    if system:
        yield f"{system}|"


def _token_values(resource: Any, param: Param) -> frozenset[str]:
    return frozenset(token for value in _each(resource, param) for token in tokens(value))


def _date_values(resource: Any, param: Param) -> list[tuple[float, float]]:
    return [found for value in _each(resource, param) for found in intervals(value)]


def references(resource: Any, param: Param) -> Iterator[str]:
    """Yield the references, as written, that a reference parameter finds in a resource."""
    for path in param.paths:
        for value in walk(resource, path):
            if path == INLINE_DRUG:
                yield f"Medication/{medication_id(value)}"
            elif isinstance(value, dict) and isinstance(value.get("reference"), str):
                yield value["reference"]


def _reference_values(resource: Any, param: Param) -> frozenset[str]:
    found = (_reference(one, param.target) for one in references(resource, param))
    return frozenset[str]().union(*found)


def _reference(reference: str, target: str) -> set[str]:
    kind, _, identifier = "/".join(reference.split("/")[-2:]).partition("/")
    if target and kind != target:
        return set()
    return {reference, f"{kind}/{identifier}", identifier}


def plain(text: str) -> str:
    """Return a text as strings compare: without case, accents or doubled spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def _string_values(resource: Any, param: Param) -> list[str]:
    return [value for value in _each(resource, param) if isinstance(value, str)]


def _quantity(value: Any) -> Quantity | None:
    number = value.get("value") if isinstance(value, dict) else None
    if not isinstance(number, int | float):
        return None
    known = frozenset(str(value[key]) for key in ("code", "unit") if value.get(key))
    return float(number), str(value.get("system", "")), known


def _quantity_values(resource: Any, param: Param) -> list[Quantity]:
    found = (_quantity(value) for value in _each(resource, param))
    return [quantity for quantity in found if quantity is not None]


def _composite_values(resource: Any, param: Param) -> list[tuple[frozenset[str], Quantity]]:
    pairs = []
    for root in _each(resource, param):
        quantity = _quantity(root.get("valueQuantity"))
        if quantity is not None:
            pairs.append((frozenset(tokens(root.get("code"))), quantity))
    return pairs


_EXTRACT = {
    "token": _token_values,
    "date": _date_values,
    "reference": _reference_values,
    "string": _string_values,
    "quantity": _quantity_values,
    "composite": _composite_values,
}
