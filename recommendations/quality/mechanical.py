"""Errors planted by code in correct drafts, chart by chart, in as many processes as there are."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeVar

from recommendations.quality import omitting
from recommendations.quality.drafting import ChartDrafts, ChartInput, drafts, neighbours
from recommendations.quality.judging import Fate, Judged, Measured, judge
from recommendations.quality.planting import Case, planted
from recommendations.quality.planting.registry import Planted
from recommendations.verification import Chart, reword
from recommendations.verification.claims import DraftedStatement

_MISSES_KEPT = 40  # of one chart
Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Work:
    """One chart's drafts, and another patient's."""

    drafts: ChartDrafts
    foreign: tuple[DraftedStatement, ...]


def measure(charts: Sequence[ChartInput], *, seed: int, processes: int) -> list[Measured]:
    """Plant every error that each statement of each chart gives occasion for, and judge it.

    The same for the same charts and ``seed``, in however many processes.
    """
    with workers(min(processes, len(charts))) as each_of:
        made = [found for found in each_of(drafts, charts) if found is not None]
        if not made:
            return []
        foreign = neighbours(made)
        work = [Work(each, foreign[each.name]) for each in made]
        return list(each_of(partial(measure_chart, seed=seed), work))


def spread(
    task: Callable[[Given], Found], work: Sequence[Given], processes: int
) -> Iterable[Found]:
    """``task`` of each piece of work, in its order."""
    with workers(min(processes, len(work))) as each_of:
        return list(each_of(task, work))


@contextmanager
def workers(processes: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """``map``, in so many processes: starting one takes two seconds, so all work shares them."""
    if processes < 2:
        yield map
        return
    # Started anew rather than forked: a fork would copy the locks of whatever threads run here.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield pool.map


def measure_chart(work: Work, *, seed: int) -> Measured:
    """The clean statements of one chart, and every error planted in them."""
    chart = Chart.of(work.drafts.snapshot)
    found = Measured()
    for number, statement in enumerate(work.drafts.statements):
        found.sound(statement.text, judge(statement, chart))
        random = Random(f"{seed} {work.drafts.name} {number}")  # noqa: S311 - for repetition
        case = Case(statement, chart, work.drafts.statements, work.foreign, random)
        for wrong in planted(case):
            judged = judge(wrong.statement, chart)
            true = _is_true(wrong, judged, statement, chart)
            planting = wrong.planting
            name = f"{planting.name} ({wrong.form})"
            found.error(planting.kind, name, wrong.statement.text, judged, true=true)
    for left in omitting.measure(chart, work.drafts.statements).left_out:
        judged = Judged(Fate.MARKED if left.listed else Fate.STANDS, left.words)
        found.error(36, f"{left.rule} (draft)", left.words, judged, true=True)
    del found.misses[_MISSES_KEPT:]
    return found


def _is_true(wrong: Planted, judged: Judged, of: DraftedStatement, chart: Chart) -> bool:
    """Whether the words that code found say nothing that was planted.

    In form ``sentence`` every claim is true, and code words claims. Where a claim was made wrong
    too, only the words of the true statement will do.
    """
    if judged.fate is not Fate.REWORDED or wrong.form == "sentence":
        return True
    return judged.text in {of.text, reword(of, chart)}
