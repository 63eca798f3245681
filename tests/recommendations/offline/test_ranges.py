"""A result out of range is told with its range, be it open at one end."""

import pytest

from recommendations.agent.offline import phrases
from recommendations.verification import Chart, verify
from tests.recommendations.verification.facts import lab


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        ("33", "60", None, "(below the reference range of 60 or more)"),
        ("9", None, "5", "(above the reference range of up to 5)"),
        ("5.9", "3.5", "5.1", "(above the reference range 3.5\u20135.1)"),
    ],
)
def test_the_range_is_named_and_the_sentence_holds(value, low, high, said):
    bounds = {key: bound for key, bound in (("low", low), ("high", high)) if bound}
    fact = lab("lab1", "eGFR", value, "mL/min", "2026-11-17", **bounds)
    statement = phrases.observation("results", fact)
    assert said in statement.text
    assert verify(statement, Chart([fact], searched={})).outcome == "checked"
