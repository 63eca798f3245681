"""``evaluate omission``: a fact left out is listed, a fact told is not, and misses are counted."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from recommendations.quality import drafting, omitting
from recommendations.quality.omitting import LeftOut, Told, measure
from recommendations.quality.suites import omission, verification
from recommendations.verification import Chart
from recommendations.verification.omissions import RULES
from sandbox import charts
from tests.conftest import SHARED_DATA
from tests.recommendations.verification.build import infer, said
from tests.recommendations.verification.facts import allergy, snapshot

CHART = Chart.of(snapshot((allergy("alg1", "Penicillin"), allergy("alg2", "Codeine"))))
PENICILLIN = said("Allergy: Penicillin.", infer("told", "alg1"))


def test_each_fact_is_left_out_of_a_draft_that_tells_all() -> None:
    found = measure(CHART, [PENICILLIN])
    assert found.required == ("active_allergy", "active_allergy")
    assert found.told == ("active_allergy",)
    assert [left.listed for left in found.left_out] == [True, True]
    assert found.false_alarms == ()


def test_a_fact_that_is_not_listed_counts_as_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(omitting, "omissions", lambda chart, told: [])
    found = omission.report([measure(CHART, [PENICILLIN])], show=5)
    assert found.figures["listed"] == 0
    assert not found.met
    assert any(line.startswith("Left out and not listed") for line in found.lines())


def test_what_is_listed_though_told_is_a_false_alarm() -> None:
    told = Told(("active_allergy",), (), (LeftOut("active_allergy", "x", True),), ("x",))
    found = omission.report([told], show=5)
    assert found.figures["false_alarms"] == 100
    assert not found.met
    assert "Told and listed: x" in list(found.lines())


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared charts are not here")
def test_the_suite_reaches_its_goals_and_says_which_rules_found_no_occasion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = drafting.shared_charts
    monkeypatch.setattr(drafting, "shared_charts", lambda folder: shared(folder)[:3])

    def hospital(days: list[date], **_: Any) -> dict[date, Any]:
        return {day: charts.build(day) for day in days}

    monkeypatch.setattr(verification, "sandbox_charts", hospital)
    out = StringIO()
    call_command(
        "evaluate", "omission", "--json", "--processes", "1", stdout=out, stderr=StringIO()
    )
    told = json.loads(out.getvalue().splitlines()[-1])
    assert told["met"] is True
    assert told["figures"]["left_out"] > 40
    assert set(told["figures"]["listed_by_rule"]) == set(RULES)
