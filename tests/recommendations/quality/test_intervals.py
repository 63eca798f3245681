"""Intervals against values that are published."""

import pytest

from recommendations.quality.figures import macro
from recommendations.quality.intervals import upper_bound, wilson
from recommendations.quality.judging import Tally


@pytest.mark.parametrize(
    ("found", "trials", "low", "high"),
    [
        # Newcombe 1998, Stat Med 17:857, table I, method 3 (score, no continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_ends(found: int, trials: int, low: float, high: float) -> None:
    assert wilson(found, trials) == pytest.approx((low, high), abs=5e-5)


def test_wilson_is_the_same_from_either_side() -> None:
    low, high = wilson(3, 50)
    assert wilson(47, 50) == pytest.approx((1 - high, 1 - low))
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("found", "trials"), [(0, 299), (1, 473), (3, 773)])
def test_so_many_clean_ones_are_needed_to_show_one_in_a_hundred(found: int, trials: int) -> None:
    assert upper_bound(found, trials) <= 0.01
    assert upper_bound(found, trials - 1) > 0.01


def test_no_marks_in_n_bound_the_share_by_the_rule_of_three() -> None:
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert upper_bound(5, 5) == 1.0
    assert upper_bound(0, 0) == 1.0


def test_a_rare_kind_counts_as_much_as_a_common_one() -> None:
    common, rare = Tally(marked=1000), Tally(marked=1, stood=1)
    share, low, high = macro([common, rare, Tally()])
    assert share == 0.75
    assert low < 0.6
    assert high > 0.9


def test_one_kind_alone_has_the_interval_of_its_share() -> None:
    assert macro([Tally(marked=8, stood=2)]) == pytest.approx((0.8, *wilson(8, 10)))
