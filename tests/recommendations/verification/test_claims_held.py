"""Claims against the chart: standstills, quotations cut, what a count counts, results in words."""

from typing import Any

import pytest

from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import cond, count, med, note, obs, said, trend
from tests.recommendations.verification.facts import med as order
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.third import THIRD

MEANING = "Mother has type 1 diabetes since age 11."


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(THIRD))


def rules(chart: Chart, text: str, *claims: dict[str, Any]) -> list[str]:
    return [f.rule for f in verify(said(text, *claims), chart).findings]


def test_equal_ends_are_no_standstill_where_another_value_lies_between(chart: Chart) -> None:
    text = "Sodium unchanged: 140 mmol/L on 1 Mar 2026, 140 mmol/L on 17 Nov 2026."
    (found,) = verify(said(text, trend("lab12", "lab14", "unchanged")), chart).findings
    assert (found.rule, found.contradicts) == ("trend_differs", True)
    assert found.chart_says == "131 mmol/L"
    assert found.ref == "lab13"


@pytest.mark.parametrize(
    "cut",
    [
        "Mother has type 1 diabetes since age 1",
        "other has type 1 diabetes since age 11.",
        "Weighs 84",
        "Weighs 84.2",
        "4.25 kg.",
    ],
)
def test_a_quotation_that_ends_within_a_word_or_number_is_refused(chart: Chart, cut: str) -> None:
    said_ = f"The progress note of 1 Sep 2026 says: “{cut}”"
    assert rules(chart, said_, note("note3", cut)) == ["quote_cut"]


def test_a_whole_sentence_stands_and_one_over_two_lines_too(chart: Chart) -> None:
    text = "The progress note of 1 Sep 2026 says: “{}”"
    assert rules(chart, text.format(MEANING), note("note3", MEANING)) == []
    over = "Knee pain is worse\non stairs."
    assert rules(chart, text.format(over), note("note3", over)) == []


def test_problems_are_those_of_the_list_and_not_a_visits_diagnoses(chart: Chart) -> None:
    listed = tuple(f"cond{i}" for i in (1, 2, 3, 4, 6, 7))
    assert rules(chart, "6 problems recorded.", count("problems", listed, 6)) == []
    assert rules(chart, "7 diagnoses recorded.", count("diagnoses", (*listed, "cond5"), 7)) == []
    assert rules(chart, "6 diagnoses recorded.", count("diagnoses", listed, 6)) == ["count_differs"]
    assert rules(chart, "4 problems recorded.", count("problems", listed[:4], 4)) == [
        "count_differs"
    ]


def test_orders_to_be_taken_as_needed_are_counted_as_such(chart: Chart) -> None:
    these = ("med3", "med4", "med5")
    what = "orders to be used as needed"
    assert rules(chart, "Three orders are to be used as needed.", count(what, these, 3)) == []
    assert rules(chart, "Two orders are to be used as needed.", count(what, these[:2], 2)) != []
    assert (
        rules(chart, "Two orders are to be used as needed.", count(what, ("med1", "med3"), 2)) != []
    )


@pytest.mark.parametrize("told", ["<6", "< 6", "<6 ng/L"])
def test_a_result_below_a_limit_may_have_its_unit_apart(chart: Chart, told: str) -> None:
    text = "Troponin T, high sensitivity, was <6 ng/L on 17 Nov 2026."
    unit = "" if "ng" in told else "ng/L"
    name = "Troponin T, high sensitivity"
    assert rules(chart, text, obs("lab10", name, None, unit, value_text=told)) == []
    for wrong in ("6", "<5", ">6"):
        assert rules(chart, text, obs("lab10", name, None, "ng/L", value_text=wrong)) == [
            "value_differs"
        ]


def test_a_condition_may_be_named_without_the_word_presence_and_not_otherwise(chart: Chart) -> None:
    assert (
        rules(chart, "Left artificial knee joint.", cond("cond4", "Left artificial knee joint"))
        == []
    )
    assert "name_differs" in rules(
        chart, "Artificial hip.", cond("cond4", "Left artificial hip joint")
    )


@pytest.mark.parametrize(
    ("dose", "stands"),
    [
        ("2 puffs", True),
        ("180 mcg", True),
        ("90 mcg", False),
        ("360 mcg", False),
        ("1 puff", False),
    ],
)
def test_two_puffs_come_to_twice_the_strength_of_one(dose: str, *, stands: bool) -> None:
    inhaler = order("med1", "Albuterol 90 mcg/actuation inhaler", ("2", "puff"), "2026-01-05",
                    strength="90 mcg", route="inhaled", frequency="twice daily")  # fmt: skip
    claim = med("med1", "Albuterol 90 mcg/actuation inhaler", dose=dose)
    text = f"Albuterol 90 mcg/actuation inhaler, {dose} inhaled twice daily."
    assert verify(said(text, claim), Chart.of(snapshot((inhaler,)))).outcome.signable is stands
