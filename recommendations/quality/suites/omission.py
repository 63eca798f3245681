"""``evaluate omission``: is what must not be missing in a draft listed when it is?

Measured twice: by all rules over all that is drafted of a chart, for the rules; and of each
document by its own rules over its own draft, for what a clinician meets.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from recommendations.workflows.registry import DOCUMENTS

ALL = ""  # all documents of a chart together, by all rules
GOALS = (
    Goal("listed", at_least=95),
    Goal("false_alarms", at_most=1),
    Goal("documents_listed", at_least=95),
    Goal("documents_false_alarms", at_most=1),
)
_Counts = dict[str, tuple[int, int, Tally]]  # by rule: in the charts, told, left out


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


def measured(chart: ChartInput) -> dict[str, Told] | None:
    """One chart: together, and each document that has rules; None where no patient is in it."""
    made = drafting.drafts(chart)
    if made is None:
        return None
    apart = {
        document.key: measure(Chart.of(own.snapshot), own.statements, document.rules)
        for document, own in drafting.documents(chart)
        if document.rules
    }
    return {ALL: measure(Chart.of(made.snapshot), made.statements), **apart}


def report(found: Iterable[Mapping[str, Told]], show: int) -> Report:
    """The figures, and tables by rule and by document."""
    every = list(found)
    told = [each[ALL] for each in every]
    counts = _by_rule(told)
    number = sum(len(each.required) for each in told)
    alarms = [words for each in told for words in each.false_alarms]
    listed, low, high = macro(tally for _, _, tally in counts.values())
    documents = {
        key: [each[key] for each in every if key in each]
        for key in dict.fromkeys(key for each in every for key in each if key != ALL)
    }
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
        "listed_by_rule": _plain(counts),
        **_of_documents(documents),
    }
    missed = [left.words for each in told for left in each.left_out if not left.listed]
    return Report(
        name="omission",
        figures=figures,
        goals=GOALS,
        tables=(_table(counts), *_document_tables(documents)),
        remarks=tuple(_remarks(counts, missed, alarms, show)),
    )


def _of_documents(documents: Mapping[str, Sequence[Told]]) -> dict[str, Any]:
    """Of each document its counts and per cents; the worst of all stands for the goals."""
    found: dict[str, Any] = {}
    for key, told in documents.items():
        counts = _by_rule(told)
        number = sum(len(each.required) for each in told)
        alarms = sum(len(each.false_alarms) for each in told)
        found |= {
            f"{key}_required": number,
            f"{key}_required_told": _percent(sum(len(each.told) for each in told), number),
            f"{key}_left_out": sum(tally.planted for _, _, tally in counts.values()),
            f"{key}_listed": round(100 * macro(tally for _, _, tally in counts.values())[0], 2),
            f"{key}_false_alarms": _percent(alarms, number),
        }
    if documents:
        found["documents_listed"] = min(found[f"{key}_listed"] for key in documents)
        found["documents_false_alarms"] = max(found[f"{key}_false_alarms"] for key in documents)
    by_document = {key: _plain(_by_rule(told)) for key, told in documents.items()}
    return {**found, "listed_by_document": by_document}


def _plain(counts: _Counts) -> dict[str, dict[str, int]]:
    return {
        rule: {"required": required, "told": said, "left_out": tally.planted,
               "listed": tally.marked}
        for rule, (required, said, tally) in counts.items()
    }  # fmt: skip


def _by_rule(told: Sequence[Told]) -> _Counts:
    return {rule: _counts(rule, told) for rule in RULES}


def _counts(rule: str, told: Sequence[Told]) -> tuple[int, int, Tally]:
    left = Counter(left.listed for each in told for left in each.left_out if left.rule == rule)
    required = sum(each.required.count(rule) for each in told)
    said = sum(each.told.count(rule) for each in told)
    return required, said, Tally(marked=left[True], stood=left[False])


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _table(counts: _Counts) -> Table:
    rows = [
        [rule, str(required), str(said), f"{tally.marked}/{tally.planted}", _low(tally)]
        for rule, (required, said, tally) in counts.items()
    ]
    headings = (
        "rule",
        "in the charts",
        "told by the offline drafter",
        "listed when left out",
        ">= (95 %)",
    )
    note = "Each fact was left out of a draft that told all of them."
    return Table("What must be told, by rule", headings, rows, note)


def _document_tables(documents: Mapping[str, Sequence[Told]]) -> Iterator[Table]:
    counted = {key: _by_rule(told) for key, told in documents.items()}
    titles = [DOCUMENTS[key].title for key in documents]
    rows = [
        [rule, *(_cell(rule, DOCUMENTS[key].rules, counts) for key, counts in counted.items())]
        for rule in RULES
    ]
    yield Table(
        "By document and rule: in the charts, told by its draft, listed of those left out",
        ("rule", *titles),
        rows,
        "Each document by its own rules and its own draft; - where the rule is not held for it.",
    )


def _cell(rule: str, rules: Sequence[str], counts: _Counts) -> str:
    if rule not in rules:
        return "-"
    required, said, tally = counts[rule]
    return f"{required}, {said}, {tally.marked}/{tally.planted}"


def _low(tally: Tally) -> str:
    return f"{100 * wilson(tally.marked, tally.planted)[0]:.0f} %" if tally.planted else "-"


def _remarks(counts: _Counts, missed: list[str], alarms: list[str], show: int) -> Iterator[str]:
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
