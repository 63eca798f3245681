"""``evaluate omission``: is what must not be missing in a draft listed when it is?"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from recommendations.quality import drafting
from recommendations.quality.drafting import ChartInput
from recommendations.quality.figures import macro
from recommendations.quality.intervals import upper_bound, wilson
from recommendations.quality.judging import Tally
from recommendations.quality.mechanical import spread
from recommendations.quality.omitting import Told, measure
from recommendations.quality.report import Goal, Report, Table
from recommendations.quality.suites.suite import Options, Suite
from recommendations.quality.suites.verification import hospital_of
from recommendations.verification import Chart
from recommendations.verification.omissions import RULES

GOALS = (Goal("listed", at_least=95), Goal("false_alarms", at_most=1))


def run(options: Options) -> Report:
    """Measure and report."""
    shared = options.charts()
    hospital = hospital_of(options, [drafting.SANDBOX_DAY])
    charts = [
        *drafting.shared_charts(shared),
        *drafting.sandbox_charts(hospital[drafting.SANDBOX_DAY]),
    ]
    found = [told for told in spread(measured, charts, options.processes) if told is not None]
    return report(found, options.show)


def measured(chart: ChartInput) -> Told | None:
    """One chart; None where no patient is in it."""
    made = drafting.drafts(chart)
    return measure(Chart.of(made.snapshot), made.statements) if made else None


def report(found: Iterable[Told], show: int) -> Report:
    """The figures and the table by rule."""
    told = list(found)
    counts = {rule: _counts(rule, told) for rule in RULES}
    number = sum(len(each.required) for each in told)
    alarms = [words for each in told for words in each.false_alarms]
    listed, low, high = macro(tally for _, _, tally in counts.values())
    figures: dict[str, Any] = {
        "required": number,
        "required_told": _percent(sum(len(each.told) for each in told), number),
        "left_out": sum(tally.planted for _, _, tally in counts.values()),
        "rules": sum(tally.planted > 0 for _, _, tally in counts.values()),
        "listed": round(100 * listed, 2),
        "listed_low": round(100 * low, 2),
        "listed_high": round(100 * high, 2),
        "false_alarms": _percent(len(alarms), number),
        "false_alarms_bound": round(100 * upper_bound(len(alarms), number), 2),
        "listed_by_rule": {
            rule: {"required": required, "told": said, "left_out": tally.planted,
                   "listed": tally.marked}
            for rule, (required, said, tally) in counts.items()
        },
    }  # fmt: skip
    missed = [left.words for each in told for left in each.left_out if not left.listed]
    return Report(
        name="omission",
        figures=figures,
        goals=GOALS,
        tables=(_table(counts),),
        remarks=tuple(_remarks(counts, missed, alarms, show)),
    )


def _counts(rule: str, told: list[Told]) -> tuple[int, int, Tally]:
    left = Counter(left.listed for each in told for left in each.left_out if left.rule == rule)
    required = sum(each.required.count(rule) for each in told)
    said = sum(each.told.count(rule) for each in told)
    return required, said, Tally(marked=left[True], stood=left[False])


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _table(counts: dict[str, tuple[int, int, Tally]]) -> Table:
    rows = [
        [rule, str(required), str(said), f"{tally.marked}/{tally.planted}", _low(tally)]
        for rule, (required, said, tally) in counts.items()
    ]
    return Table(
        "What must be told, by rule",
        (
            "rule",
            "in the charts",
            "told by the offline drafter",
            "listed when left out",
            ">= (95 %)",
        ),
        rows,
        "Each fact was left out of a draft that told all of them.",
    )


def _low(tally: Tally) -> str:
    return f"{100 * wilson(tally.marked, tally.planted)[0]:.0f} %" if tally.planted else "-"


def _remarks(
    counts: dict[str, tuple[int, int, Tally]], missed: list[str], alarms: list[str], show: int
) -> Iterator[str]:
    none = [rule for rule, (required, _, _) in counts.items() if not required]
    if none:
        yield f"No chart gives occasion for: {', '.join(none)}."
    for title, lines in (("Left out and not listed", missed), ("Told and listed", alarms)):
        yield from (f"{title}: {line}" for line in lines[:show])


SUITE = Suite(
    name="omission",
    asks="Is what must not be missing in a draft listed when it is missing, and only then?",
    run=run,
)
