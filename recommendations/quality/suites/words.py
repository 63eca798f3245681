"""``evaluate words``: do own words get a finding where the chart says otherwise, and only there?

Two sets of sentences, and the true statements of the held-out drafts read as own words: those were
written by others.
"""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from recommendations.quality import sets
from recommendations.quality.figures import macro
from recommendations.quality.intervals import upper_bound, wilson
from recommendations.quality.judging import Tally
from recommendations.quality.report import Goal, Report, Table
from recommendations.quality.sentences import SETS, Judged, Sentence, as_frozen, charts, judge, load
from recommendations.quality.suites.suite import Options, Suite
from recommendations.verification import Chart

GOALS = (
    Goal("found", at_least=95),
    Goal("false_findings", at_most=1),
    Goal("held_out_false_findings", at_most=1),
    Goal("milliseconds", at_most=5),
    Goal("own_words_as_frozen", at_least=1),
)


def run(options: Options) -> Report:
    """Measure and report; ``--set`` narrows it to one set."""
    known, left_out = charts(options.charts())
    names = [options.only] if options.only else list(SETS)
    found = [each for name in names for each in judge(load(name), known)]
    drafts = list(judge(*_held_out(options, left_out)))
    return report(found, drafts, left_out, options.show)


def _held_out(options: Options, left_out: list[str]) -> tuple[list[Sentence], dict[str, Chart]]:
    """True statements of the held-out drafts, and the charts that need no hospital."""
    sentences: list[Sentence] = []
    known: dict[str, Chart] = {}
    for folder in (sets.HELD_OUT, sets.HELD_OUT_2):
        drafts = sets.load(folder)
        for name, row in drafts.charts.items():
            if row["source"] == "sandbox":
                continue
            try:
                read = sets.snapshot(
                    row, folder=folder, shared=options.shared_data, hospital=lambda _: []
                )
            except sets.ChartChanged as changed:
                left_out.append(str(changed))
            else:
                known[name] = Chart.of(read)
        sentences += [Sentence(e.id, e.chart, e.statement.text) for e in drafts.of(sets.CLEAN)]
    return sentences, known


def report(
    found: Sequence[Judged], drafts: Sequence[Judged], left_out: Sequence[str], show: int
) -> Report:
    """The figures, the table by kind, and what went wrong."""
    true = [each for each in found if not each.sentence.kind]
    wrong = [each for each in found if each.sentence.kind]
    tallies = {kind: _tally(kind, wrong) for kind in sorted({e.sentence.kind for e in wrong})}
    share, low, high = macro(tallies.values())
    spent = [each.milliseconds for each in found] or [0.0]
    figures: dict[str, Any] = {
        "wrong_words": len(wrong),
        "found": round(100 * share, 1),
        "found_low": round(100 * low, 1),
        "found_high": round(100 * high, 1),
        **_alarms("true_words", "false_findings", true),
        **_alarms("held_out_words", "held_out_false_findings", drafts),
        "milliseconds": round(median(spent), 2),
        "own_words_as_frozen": int(as_frozen() and not left_out),
        "found_by_kind": {
            kind: {"wrong": tally.planted, "found": tally.marked} for kind, tally in tallies.items()
        },
    }
    return Report(
        name="words",
        figures=figures,
        goals=GOALS,
        tables=(_table(tallies),),
        remarks=tuple(_remarks([*found, *drafts], left_out, show)),
    )


def _tally(kind: str, wrong: Sequence[Judged]) -> Tally:
    mine = [each for each in wrong if each.sentence.kind == kind]
    missed = sum(each.wrongly for each in mine)
    return Tally(marked=len(mine) - missed, stood=missed)


def _alarms(number: str, name: str, true: Sequence[Judged]) -> dict[str, Any]:
    """How many true ones there are, and how many in a hundred got a finding."""
    alarms = sum(each.wrongly for each in true)
    per_100 = round(100 * alarms / len(true), 2) if true else 0.0
    bound = round(100 * upper_bound(alarms, len(true)), 2) if true else 100.0
    return {number: len(true), name: per_100, f"{name}_bound": bound}


def _table(tallies: dict[str, Tally]) -> Table:
    rows = [
        [kind, f"{t.marked}/{t.planted}", f"{100 * wilson(t.marked, t.planted)[0]:.0f} %"]
        for kind, t in tallies.items()
    ]
    return Table("Wrong words by kind", ("kind", "found", ">= (95 %)"), rows)


def _remarks(found: Sequence[Judged], left_out: Sequence[str], show: int) -> Iterator[str]:
    yield from (f"Left out: {reason}" for reason in left_out)
    for each in [each for each in found if each.wrongly][: show or None]:
        what = each.sentence.kind or f"true, found {', '.join(each.rules)}"
        yield f"{each.sentence.id} ({what}): {each.sentence.text}"


SUITE = Suite(
    name="words",
    asks="Do a clinician's own words get a finding where the chart says otherwise, and only there?",
    run=run,
    sets=tuple(SETS),
)
