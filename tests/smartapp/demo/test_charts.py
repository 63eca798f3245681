"""The hospital's own charts over HTTP: the same as of a day, whoever asks, and of any day."""

from datetime import date

import httpx2
import pytest

from sandbox import charts
from smartapp.demo.charts import sandbox_charts
from tests.conftest import Sandbox

DAYS = (date(2026, 11, 17), date(2026, 2, 3))


def test_the_charts_of_a_day_come_over_http_as_they_are_made() -> None:
    found = sandbox_charts(DAYS, log=lambda _: None)
    assert list(found) == list(DAYS)
    assert all(found[day] == charts.build(day) for day in DAYS)


@pytest.mark.parametrize("query", ["", "?today=", "?today=yesterday", "?today=2026-13-40"])
def test_a_day_that_is_none_is_refused(sandbox: Sandbox, query: str) -> None:
    answer = httpx2.get(f"{sandbox.base_url}/control/charts{query}")
    assert answer.status_code == 400
    assert answer.json()["error"] == "malformed"
