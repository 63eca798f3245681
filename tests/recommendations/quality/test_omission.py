"""``evaluate omission``: a fact left out is listed, a fact told is not, and misses are counted."""

import json
import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from recommendations.quality import drafting, omitting, saved
from recommendations.quality.drafting import ChartInput
from recommendations.quality.omitting import LeftOut, Told, measure
from recommendations.quality.suites import omission, verification
from recommendations.verification import Chart
from recommendations.verification.omissions import RULES
from recommendations.workflows.registry import DOCUMENTS
from sandbox import charts
from tests.conftest import SHARED_DATA
from tests.recommendations.verification.build import infer, said
from tests.recommendations.verification.facts import allergy, med, snapshot

CHART = Chart.of(snapshot((allergy("alg1", "Penicillin"), allergy("alg2", "Codeine"))))
PENICILLIN = said("Allergy: Penicillin.", infer("told", "alg1"))


def test_each_fact_is_left_out_of_a_draft_that_tells_all() -> None:
    found = measure(CHART, [PENICILLIN])
    assert found.required == ("active_allergy", "active_allergy")
    assert found.told == ("active_allergy",)
    assert [left.listed for left in found.left_out] == [True, True]
    assert found.false_alarms == ()


def test_a_fact_that_is_not_listed_counts_as_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(omitting, "omissions", lambda chart, told, **_: [])
    found = omission.report([{"": measure(CHART, [PENICILLIN])}], show=5)
    assert found.figures["listed"] == 0
    assert not found.met
    assert any(line.startswith("Left out and not listed") for line in found.lines())


def test_what_is_listed_though_told_is_a_false_alarm() -> None:
    told = Told(("active_allergy",), (), (LeftOut("active_allergy", "x", True),), ("x",))
    found = omission.report([{"": told}], show=5)
    assert found.figures["false_alarms"] == 100
    assert not found.met
    assert "Told and listed: x" in list(found.lines())


def test_a_document_is_held_to_its_own_rules_alone() -> None:
    read = Chart.of(
        snapshot((allergy("alg1", "Penicillin"), med("med1", "Insulin glargine", None, None)))
    )
    found = measure(read, [PENICILLIN], ("high_alert_medication",))
    assert found.required == ("high_alert_medication",)
    assert found.told == ()
    assert [left.rule for left in found.left_out] == ["high_alert_medication"]


def test_one_document_that_misses_fails_the_suite_whatever_the_others_do() -> None:
    good = measure(CHART, [PENICILLIN])
    bad = Told(("active_allergy",), (), (LeftOut("active_allergy", "x", False),), ())
    found = omission.report([{"": good, "progress_note": good, "referral_letter": bad}], show=5)
    figures = found.figures
    assert (figures["listed"], figures["progress_note_listed"]) == (100, 100)
    assert (figures["referral_letter_listed"], figures["documents_listed"]) == (0, 0)
    assert figures["listed_by_document"]["referral_letter"]["active_allergy"] == {
        "required": 1, "told": 0, "left_out": 1, "listed": 0,
    }  # fmt: skip
    assert not found.met
    told = "\n".join(found.lines())
    assert re.search(r"active_allergy +2, 1, 2/2 +1, 0, 0/1", told)


def test_a_document_that_alarms_falsely_fails_it_too() -> None:
    good = measure(CHART, [PENICILLIN])
    loud = Told(("active_allergy",), ("active_allergy",), (), ("x",))
    found = omission.report([{"": good, "progress_note": good, "referral_letter": loud}], show=5)
    assert found.figures["documents_false_alarms"] == 100
    assert not found.met


def test_every_document_with_rules_is_measured_from_a_reading_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = omission.measured(drafting.sandbox_charts(charts.build(drafting.SANDBOX_DAY))[0])
    assert found is not None
    assert set(found) == {"", *(key for key, each in DOCUMENTS.items() if each.rules)}
    for key, told in found.items():
        if key:
            assert set(told.required) <= set(DOCUMENTS[key].rules)
    assert omission.measured(ChartInput("nobody", resources=())) is None


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
    assert told["figures"]["documents_listed"] == 100
    assert told["figures"]["patient_instructions_required"] > 10
    assert saved._numbers(told["figures"])["progress_note_listed"] == 100
