"""``evaluate triage``: how often would rules alone have a patient wait too long, or too short?"""

from collections.abc import Iterator, Sequence
from typing import Any

from recommendations.quality.intervals import wilson
from recommendations.quality.report import Goal, Report, Table
from recommendations.quality.suites.suite import Options, Suite
from recommendations.quality.triaging import SETS, Judged, judged, load
from recommendations.workflows.triage.rules import RULES
from recommendations.workflows.triage.scale import Category

# Of patients who cannot wait at most 5 in 100 missed; over-triage of 25 to 35 in 100 is the price
# (American College of Surgeons Committee on Trauma, Resources for Optimal Care, 2022).
GOALS = (Goal("grave_missed", at_most=5), Goal("over", at_most=35))


def run(options: Options) -> Report:
    """Measure and report."""
    paths = [SETS[options.only]] if options.only else SETS.values()
    return report([judged(case) for path in paths for case in load(path)], options.show)


def report(found: Sequence[Judged], show: int) -> Report:
    """The figures, by category and by rule."""
    grave = [each for each in found if each.case.category <= Category.EMERGENCY]
    rest = [each for each in found if each.case.category > Category.EMERGENCY]
    figures: dict[str, Any] = {"cases": len(found), "grave": len(grave)}
    figures |= _share("under", [each.under for each in found])
    figures |= _share("grave_missed", [each.suggested > Category.EMERGENCY for each in grave])
    figures |= _share("over", [each.over for each in found])
    figures |= _share("over_rest", [each.over for each in rest])
    figures |= _share("rest_to_grave", [e.suggested <= Category.EMERGENCY for e in rest])
    figures["fired_by_rule"] = {
        rule: {"cases": len(_fired(rule, found)),
               "under": sum(each.under for each in _fired(rule, found)),
               "over": sum(each.over for each in _fired(rule, found))}
        for rule in RULES
    }  # fmt: skip
    return Report(
        name="triage",
        figures=figures,
        goals=GOALS,
        tables=(_by_category(found), _by_rule(found)),
        remarks=tuple(_remarks(found, show)),
    )


def _share(name: str, trials: Sequence[bool]) -> dict[str, float]:
    """Of so many in per cent, with its 95 % interval."""
    low, high = wilson(sum(trials), len(trials))
    share = sum(trials) / len(trials) if trials else 0.0
    named = {name: share, f"{name}_low": low, f"{name}_high": high}
    return {key: round(100 * value, 1) for key, value in named.items()}


def _fired(rule: str, found: Sequence[Judged]) -> list[Judged]:
    return [each for each in found if rule in each.rules]


def _by_category(found: Sequence[Judged]) -> Table:
    rows = []
    for label in Category:
        mine = [each for each in found if each.case.category is label]
        counts = [str(sum(each.suggested is level for each in mine)) for level in Category]
        under, over = sum(each.under for each in mine), sum(each.over for each in mine)
        rows.append([f"{label.value} {label.word}", str(len(mine)), *counts, str(under), str(over)])
    headings = ("labelled", "cases", "as 1", "2", "3", "4", "5", "under", "over")
    return Table("What rules alone suggest", headings, rows, "Without a model. No rule gives 5.")


def _by_rule(found: Sequence[Judged]) -> Table:
    rows = [
        [rule, str(len(mine)), str(sum(e.under for e in mine)), str(sum(e.over for e in mine))]
        for rule in RULES
        if (mine := _fired(rule, found))
    ]
    return Table("By rule that fired", ("rule", "cases", "under", "over"), rows)


def _remarks(found: Sequence[Judged], show: int) -> Iterator[str]:
    silent = [rule for rule in RULES if not _fired(rule, found)]
    if silent:
        yield f"No case gives occasion for: {', '.join(silent)}."
    for title, chosen in (
        ("Would wait too long", [each for each in found if each.under]),
        ("Would be seen sooner", [each for each in found if each.over]),
    ):
        for each in chosen[:show]:
            yield (
                f"{title}: {each.case.id}, labelled {each.case.category.value}, suggested "
                f"{each.suggested.value} ({', '.join(each.rules) or 'no rule'})"
            )


SUITE = Suite(
    name="triage",
    asks="How often would rules alone have a patient wait longer, or shorter, than a label says?",
    run=run,
    sets=tuple(SETS),
)
