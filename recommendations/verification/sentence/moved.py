"""How the values that a sentence sets side by side moved, by the chart."""

from decimal import Decimal

from recommendations.clinical.facts import ObservationFact
from recommendations.verification import units
from recommendations.verification.chart import Chart
from recommendations.verification.holding.observations import measured, way
from recommendations.verification.sentence.binding import Binding
from recommendations.verification.sentence.items import Item
from recommendations.verification.sentence.scanning import Scan

_VALUES = frozenset(("number", "pair"))


def direction(item: Item, scan: Scan, binding: Binding, chart: Chart) -> str:
    """How the results that ``item`` speaks of moved, first to last; empty if unknown.

    "Fell from 15.2 to 14.6 and was 15.9" speaks of two of three.
    """
    owners = binding.owners(item)
    return _moved(_ends(item, owners, scan, binding) or owners, binding, chart)


def _ends(
    item: Item, owners: frozenset[int], scan: Scan, binding: Binding
) -> frozenset[int] | None:
    """The results between which a movement is told, where "from" and "to" name them."""
    told = [i for i in scan.items if i.kind in _VALUES and i.start >= item.end]
    before = [scan.said[i.start - 1] for i in told]
    if before[:2] != ["from", "to"]:
        return None
    held = [binding.holders(i, owners) for i in told[:2]]
    return held[0] | held[1] if all(len(who) == 1 for who in held) else None


def _moved(owners: frozenset[int], binding: Binding, chart: Chart) -> str:
    ordered = _in_time(owners, binding)
    if len(ordered) < 2:
        return ""
    (start, before), (end, after) = ordered[0], ordered[-1]
    if start == end or (before == after and _between(owners, binding, chart)):
        return ""
    return way(before, after)


def _between(owners: frozenset[int], binding: Binding, chart: Chart) -> bool:
    """Whether the chart has another value between the first and the last of equal ones."""
    facts = [f for i in owners if isinstance(f := binding.subject(i).fact, ObservationFact)]
    times = [f.effective.text for f in facts if f.effective]
    values = {measured(f) for f in facts}
    return any(
        measured(other) is not None
        and measured(other) not in values
        and other.effective is not None
        and min(times) < other.effective.text < max(times)
        for other in chart.series(facts[0])
    )


def _in_time(owners: frozenset[int], binding: Binding) -> list[tuple[str, tuple[Decimal, ...]]]:
    facts = [f for i in owners if isinstance(f := binding.subject(i).fact, ObservationFact)]
    known = [(f.effective.text, n, f) for f in facts if f.effective and (n := measured(f))]
    kinds = {(len(n), units.ucum(_unit(f))) for _, n, f in known}
    if len(kinds) > 1:
        return []  # numbers in two units do not rise or fall
    return sorted((when, n) for when, n, _ in known)


def _unit(fact: ObservationFact) -> str:
    found = fact.value or fact.components[0].value
    return found.unit or found.ucum
