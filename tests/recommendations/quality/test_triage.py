"""``manage.py evaluate triage``: cases of a documented form, and figures that tell what they say."""

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommendations.quality import triaging
from recommendations.quality.suites import triage as suite
from recommendations.quality.triaging import SETS, BadCase, Judged, judged, load
from recommendations.workflows.triage import rules
from tests.conftest import ROOT

FORM = (triaging.SETS["first"].parent / "README.md").read_text()
CASE = {"id": "a", "category": 2, "complaint": "Chest pain", "age": 50, "sex": "male", "why": "x"}


def written(folder: Path, *cases: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases))
    return path


def test_it_runs_and_tells_of_every_rule() -> None:
    out = StringIO()
    call_command("evaluate", "triage", "--json", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue().splitlines()[-1])
    assert told["met"] is True
    assert told["figures"]["cases"] == sum(len(load(path)) for path in SETS.values())
    assert set(told["figures"]["fired_by_rule"]) == set(rules.RULES)
    assert told["figures"]["grave_missed_low"] <= told["figures"]["grave_missed"]
    assert told["figures"]["grave_missed"] <= told["figures"]["grave_missed_high"]


def test_one_set_is_measured_alone_and_one_that_is_unknown_is_refused() -> None:
    out = StringIO()
    with suppress(CommandError):  # a goal that is not reached
        call_command("evaluate", "triage", "--set", "third", "--json", stdout=out)
    told = json.loads(out.getvalue().splitlines()[-1])
    assert told["figures"]["cases"] == len(load(SETS["third"]))
    with pytest.raises(CommandError, match="set_unknown"):
        call_command("evaluate", "triage", "--set", "thirteenth", stdout=out)


def test_without_its_rules_it_misses_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "RULES", {})
    found = [judged(case) for case in load(SETS["first"])]
    report = suite.report(found, 5)
    assert report.figures["grave_missed"] == 100.0
    assert not report.met
    assert any(line.startswith("Would wait too long") for line in report.remarks)


def test_under_and_over_are_what_they_are_called(tmp_path: Path) -> None:
    (case,) = load(written(tmp_path, CASE))
    level = type(case.category)
    assert Judged(case, level(3), ()).under
    assert Judged(case, level(1), ()).over
    exact = Judged(case, level(2), ())
    assert not exact.under
    assert not exact.over


@pytest.mark.parametrize(
    "change",
    [
        {"category": 0}, {"category": 6}, {"complaint": ""}, {"age": -1}, {"sex": "x"},
        {"name": "somebody"}, {"vitals": {"mood": 3}}, {"labs": [["sorrow", 1, "mmol/L"]]},
    ],
)  # fmt: skip
def test_a_line_that_is_no_case_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(BadCase, match="Line 2"):
        load(written(tmp_path, {**CASE, "id": "b"}, {**CASE, **change}))


def test_two_cases_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCase, match="there is a case a already"):
        load(written(tmp_path, CASE, CASE))


def test_the_form_is_documented_field_by_field() -> None:
    assert [name for name in triaging.Case.model_fields if f"`{name}`" not in FORM] == []
    assert "`manage.py evaluate triage`" in (ROOT / "docs" / "evaluation.md").read_text()
