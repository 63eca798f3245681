"""A report: its goals, its line for machines, its tables for people."""

import pytest

from recommendations.quality.figures import of_clean, of_errors
from recommendations.quality.judging import Fate, Judged, Measured
from recommendations.quality.metrics import METRICS
from recommendations.quality.report import Goal, Report, Table


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (Goal("f", at_least=95), 95.0, True),
        (Goal("f", at_least=95), 94.99, False),
        (Goal("f", at_most=1), 1.0, True),
        (Goal("f", at_most=1), 1.01, False),
        (Goal("f", below=5), 4.99, True),
        (Goal("f", below=5), 5.0, False),
        (Goal("f", at_most=0), None, False),
    ],
)
def test_a_goal_is_met_at_its_bound_and_never_by_what_was_not_measured(goal, value, met) -> None:
    assert goal.met_by({} if value is None else {"f": value}) is met


def test_a_report_is_met_only_when_every_goal_is() -> None:
    goals = (Goal("a", at_least=1), Goal("b", below=2))
    assert Report("r", {"a": 1, "b": 1}, goals).met
    missed = Report("r", {"a": 1, "b": 2}, goals)
    assert missed.as_dict() == {
        "name": "r",
        "figures": {"a": 1, "b": 2},
        "goals": {"a": ">= 1", "b": "< 2"},
        "met": False,
    }
    assert [line.split()[-2:] for line in missed.lines() if line.startswith("  b")] == [
        ["NOT", "MET"]
    ]
    assert any("not measured" in line for line in Report("r", {}, goals).lines())


def test_a_table_stands_in_columns() -> None:
    table = Table("Title", ("", "n"), [("short", "1"), ("a longer one", "1,000")], "A note.")
    told = list(Report("r", {}, (), (table,)).lines())[:5]
    assert told == [
        "Title",
        "  A note.",
        "                    n",
        "  short             1",
        "  a longer one  1,000",
    ]


def measured() -> Measured:
    found = Measured()
    found.error(
        1, "value off", "wrong", Judged(Fate.MARKED, "wrong", ("value_differs",)), true=True
    )
    found.error(1, "value off", "wrong", Judged(Fate.REWORDED, "right"), true=True)
    found.error(8, "year", "wrong", Judged(Fate.REWORDED, "still wrong"), true=False)
    found.error(8, "year", "wrong", Judged(Fate.STANDS, "wrong"), true=True)
    for fate in (Fate.STANDS, Fate.STANDS, Fate.STANDS, Fate.MARKED):
        found.sound("right", Judged(fate, "right"))
    return found


def test_the_figures_say_what_happened_to_each_error() -> None:
    figures = of_errors("x", measured())
    assert figures["x_errors"] == 4
    assert (figures["x_marked"], figures["x_replaced"], figures["x_missed"]) == (1, 1, 2)
    assert figures["x_caught"] == 50.0  # the mean of 100 % and 0 %
    assert figures["x_caught_pooled"] == 50.0
    assert figures["x_by_kind"]["8 year"] == {
        "errors": 2, "marked": 0, "replaced": 0, "missed": 2,
    }  # fmt: skip
    assert [miss.kind for miss in measured().misses] == [8, 8]


def test_the_figures_of_true_statements_have_their_bound() -> None:
    figures = of_clean("y", measured())
    assert (figures["y_clean"], figures["y_false_marks"], figures["y_reworded"]) == (4, 25.0, 0.0)
    assert figures["y_false_marks_bound"] > 75
    assert of_clean("y", Measured()) == {}
    assert of_errors("y", Measured()) == {}


def test_every_figure_is_defined() -> None:
    names = {*of_errors("x", measured()), *of_clean("x", measured())}
    bare = {name.removeprefix("x_") for name in names} - {"by_kind"}
    assert bare <= set(METRICS)
