"""Counts turned into figures, each defined in ``metrics``, and into rows for a reader."""

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any

from recommendations.quality.intervals import upper_bound, wilson
from recommendations.quality.judging import Fate, Measured, Tally
from recommendations.quality.planting import KINDS


def macro(tallies: Iterable[Tally]) -> tuple[float, float, float]:
    """The mean share caught over kinds, and its 95 % interval, as shares of 1.

    The interval of a mean of independent shares from the interval of each (Zou, Donner 2008).
    """
    found = [tally for tally in tallies if tally.planted]
    if not found:
        return 0.0, 0.0, 1.0
    shares = [tally.caught / tally.planted for tally in found]
    ends = [wilson(tally.caught, tally.planted) for tally in found]
    mean = sum(shares) / len(found)
    below = sqrt(sum((p - low) ** 2 for p, (low, _) in zip(shares, ends, strict=True))) / len(found)
    above = sqrt(sum((high - p) ** 2 for p, (_, high) in zip(shares, ends, strict=True)))
    return mean, max(0.0, mean - below), min(1.0, mean + above / len(found))


def of_errors(prefix: str, measured: Measured) -> dict[str, Any]:
    """The figures of a sort of errors; none where there was not one."""
    total, kinds = measured.total(), measured.by_kind()
    if not total.planted:
        return {}
    caught, low, high = macro(kinds.values())
    return {
        f"{prefix}_errors": total.planted,
        f"{prefix}_kinds": len(kinds),
        f"{prefix}_caught": _percent(caught),
        f"{prefix}_caught_low": _percent(low),
        f"{prefix}_caught_high": _percent(high),
        f"{prefix}_caught_pooled": _percent(total.caught / total.planted),
        f"{prefix}_marked": total.marked,
        f"{prefix}_replaced": total.reworded,
        f"{prefix}_missed": total.stood + total.carried,
        f"{prefix}_by_kind": {
            str(KINDS[kind]): {
                "errors": tally.planted,
                "marked": tally.marked,
                "replaced": tally.reworded,
                "missed": tally.stood + tally.carried,
            }
            for kind, tally in kinds.items()
        },
    }


def of_clean(prefix: str, measured: Measured) -> dict[str, Any]:
    """The figures of a sort of true statements; none where there was not one."""
    number = sum(measured.clean.values())
    if not number:
        return {}
    marked = measured.clean[Fate.MARKED.value]
    return {
        f"{prefix}_clean": number,
        f"{prefix}_false_marks": _percent(marked / number),
        f"{prefix}_false_marks_bound": _percent(upper_bound(marked, number)),
        f"{prefix}_reworded": _percent(measured.clean[Fate.REWORDED.value] / number),
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)


def sort_row(title: str, prefix: str, figures: Mapping[str, Any]) -> list[str]:
    """One sort of errors in a table."""
    if f"{prefix}_errors" not in figures:
        return [title, "0", "", "not measured", "", "", ""]
    low, high = figures[f"{prefix}_caught_low"], figures[f"{prefix}_caught_high"]
    return [
        title,
        f"{figures[f'{prefix}_errors']:,}",
        str(figures[f"{prefix}_kinds"]),
        f"{figures[f'{prefix}_caught']:.1f} ({low:.1f} to {high:.1f})",
        f"{figures[f'{prefix}_marked']:,}",
        f"{figures[f'{prefix}_replaced']:,}",
        f"{figures[f'{prefix}_missed']:,}",
    ]


def clean_row(title: str, prefix: str, figures: Mapping[str, Any]) -> list[str]:
    """One sort of true statements in a table."""
    if f"{prefix}_clean" not in figures:
        return [title, "0", "not measured", "", ""]
    return [
        title,
        f"{figures[f'{prefix}_clean']:,}",
        f"{figures[f'{prefix}_false_marks']:.2f}",
        f"{figures[f'{prefix}_false_marks_bound']:.2f}",
        f"{figures[f'{prefix}_reworded']:.1f}",
    ]


def kind_rows(sorts: Mapping[str, Measured]) -> list[list[str]]:
    """Each kind, with caught of planted in each sort."""
    found = {sort: measured.by_kind() for sort, measured in sorts.items()}
    return [
        [
            f"{number:>2} {kind.title}",
            kind.severity,
            *(_of(found[sort].get(number)) for sort in sorts),
        ]
        for number, kind in KINDS.items()
    ]


def _of(tally: Tally | None) -> str:
    if tally is None or not tally.planted:
        return "-"
    low, _ = wilson(tally.caught, tally.planted)
    return f"{tally.caught}/{tally.planted} (>= {100 * low:.0f} %)"
