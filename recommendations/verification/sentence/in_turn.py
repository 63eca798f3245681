"""Values told in the order of the names before them: "Na/K/Cl 141, 4.1 and 110 mmol/L"."""

from collections.abc import Iterator

from recommendations.verification.plain import listed
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_JOINING = listed("and respectively were was are is of on in at the or to")
_BETWEEN = frozenset(("date", "ago"))


def in_turn(scan: Scan) -> dict[int, Item]:
    """The name that a value belongs to, by the value's place, where both are told in rows."""
    found: dict[int, Item] = {}
    for names, values in _rows(scan):
        if len(names) == len(values) > 1:
            found |= {value.start: name for name, value in zip(names, values, strict=True)}
    return found


def _joins(item: Item, scan: Scan, *, begun: bool) -> bool:
    return item.kind == "word" and (not begun or scan.said[item.start] in _JOINING)


def _rows(scan: Scan) -> Iterator[tuple[list[Item], list[Item]]]:
    names: list[Item] = []
    values: list[Item] = []
    for item in scan.items:
        if item.kind == "name" and not values:
            names.append(item)
        elif item.kind in {"number", "pair"} and names:
            values.append(item)
        elif item.kind in _BETWEEN or _joins(item, scan, begun=bool(names)):
            continue
        else:
            yield names, values
            names, values = ([item], []) if item.kind == "name" else ([], [])
    yield names, values
