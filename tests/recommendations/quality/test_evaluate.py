"""``manage.py evaluate``: tells, ends with one line of JSON, and refuses with a reason."""

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from recommendations.quality import drafting, mechanical, sets, suites
from recommendations.quality.judging import Fate, Judged
from recommendations.quality.metrics import METRICS
from recommendations.quality.planting import KINDS
from recommendations.quality.suites import Options, SuiteRefused, verification
from recommendations.verification import Chart
from recommendations.verification.claims import DraftedStatement
from sandbox import charts
from tests.conftest import ROOT, SHARED_DATA

NEEDED = pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared charts are not here")
PAGE = (ROOT / "docs" / "evaluation.md").read_text()


@pytest.fixture
def few_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three charts to plant in; the sets by hand as they are; no process of the hospital's own."""
    shared, own = drafting.shared_charts, drafting.sandbox_charts
    monkeypatch.setattr(drafting, "shared_charts", lambda folder: shared(folder)[:2])
    monkeypatch.setattr(drafting, "sandbox_charts", lambda resources: own(resources)[:1])

    def hospital(days: list[date], **_: Any) -> dict[date, Any]:
        return {day: charts.build(day) for day in days}

    monkeypatch.setattr(verification, "sandbox_charts", hospital)


def evaluate(*arguments: str) -> tuple[str, str]:
    """What it says, and why it ended as failed: empty where it did not."""
    out, err = StringIO(), StringIO()
    try:
        call_command("evaluate", *arguments, stdout=out, stderr=err)
    except CommandError as failed:
        return out.getvalue(), str(failed)
    return out.getvalue(), ""


@NEEDED
@pytest.mark.timeout(300)  # every set by hand, twice, on a machine that may be busy
@pytest.mark.usefixtures("few_charts")
def test_it_ends_with_one_line_of_json_and_the_same_each_time() -> None:
    said, failed = evaluate("verification", "--json", "--processes", "1")
    told = json.loads(said.splitlines()[-1])
    assert set(told) == {"name", "figures", "goals", "met"}
    assert told["name"] == "verification"
    assert told["met"] is (failed == "")
    assert set(told["goals"]) <= set(told["figures"])
    assert told["figures"]["held_out_as_frozen"] == 1
    assert told["figures"]["subtle_errors"] == 255
    assert told["figures"]["natural_errors"] == 11
    assert told["figures"]["held_out_2_as_frozen"] == 1
    assert told["figures"]["subtle_2_errors"] == 555
    assert told["figures"]["natural_2_errors"] == 69
    assert told["figures"]["held_out_3_as_frozen"] == 1
    assert told["figures"]["subtle_3_errors"] == 791  # one label was found wrong
    assert told["figures"]["natural_3_errors"] == 70
    assert told["figures"]["held_out_4_as_frozen"] == 1
    assert told["figures"]["subtle_4_errors"] == 570
    assert told["figures"]["natural_4_errors"] == 77
    again, _ = evaluate("verification", "--json", "--processes", "2")
    assert json.loads(again.splitlines()[-1]) == told


@NEEDED
@pytest.mark.usefixtures("few_charts")
def test_it_tells_a_reader_sorts_kinds_misses_and_goals() -> None:
    said, _ = evaluate("verification", "--processes", "1", "--show", "2")
    for words in (
        "planted by code", "made by hand, held out", "as they came in drafts", "True statements",
        "True and marked or reworded, held out", "Goals",
    ):  # fmt: skip
        assert words in said
    assert all(f"{number:>2} {kind.title}" in said for number, kind in KINDS.items())


@NEEDED
@pytest.mark.usefixtures("few_charts")
def test_a_miss_too_many_ends_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stands(statement: DraftedStatement, _chart: Chart) -> Judged:
        return Judged(Fate.STANDS, statement.text)

    monkeypatch.setattr(mechanical, "judge", stands)
    _, failed = evaluate("verification", "--json", "--processes", "1")
    assert "mechanical_caught" in failed


@NEEDED
@pytest.mark.usefixtures("few_charts")
@pytest.mark.parametrize("name", sets.SETS)
def test_one_set_is_measured_by_itself(name: str) -> None:
    said, _ = evaluate("verification", "--json", "--set", name)
    told = json.loads(said.splitlines()[-1])
    assert told["name"] == f"verification {name}"
    assert told["figures"]["clean_clean"] == len(list(sets.load(sets.SETS[name]).of(sets.CLEAN)))
    assert set(told["goals"]) <= set(told["figures"])
    assert told["figures"].get("as_frozen", 1) == 1
    assert "mechanical_errors" not in told["figures"]


@NEEDED
@pytest.mark.usefixtures("few_charts")
def test_one_set_is_told_to_its_end() -> None:
    said, _ = evaluate("verification", "--set", "held_out_2")
    for words in ("Missed, by hand (", "Missed, natural (", "True and marked or reworded ("):
        assert words in said
    assert all(f"{number:>2} {kind.title}" in said for number, kind in KINDS.items())


def test_a_set_that_is_none_or_would_be_kept_as_all_is_refused() -> None:
    unknown = evaluate("verification", "--set", "nothing")[1]
    assert unknown.startswith("set_unknown: ")
    assert "held_out_2" in unknown
    assert evaluate("omission", "--set", "held_out")[1].startswith("set_unknown: ")
    kept = evaluate("verification", "--set", "held_out", "--save")[1]
    assert kept.startswith("set_not_saved: ")


def test_without_the_shared_charts_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SuiteRefused, match="COUNTERSIGN_SHARED_DATA") as refused:
        Options(shared_data=tmp_path).charts()
    assert refused.value.code == "shared_data_missing"


def test_the_command_refuses_before_it_starts_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(verification, "sandbox_charts", lambda *a, **k: started.append("started"))
    said, failed = evaluate("verification", "--json", "--shared-data", str(tmp_path))
    assert (said, started) == ("", [])
    assert failed.startswith("shared_data_missing: ")


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_SHARED_DATA", str(tmp_path / "elsewhere"))
    assert "elsewhere" in evaluate("verification")[1]


def test_a_hospital_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise CommandError("The sandbox ended.")

    monkeypatch.setattr(verification, "sandbox_charts", down)
    monkeypatch.setattr(Options, "charts", lambda self: self.shared_data)
    with pytest.raises(SuiteRefused) as refused:
        verification.run(Options(shared_data=Path(), log=lambda _: None))
    assert refused.value.code == "sandbox_unreachable"


def test_every_suite_is_found_by_its_name_and_nothing_else_is() -> None:
    assert "verification" in suites.names()
    assert "suite" not in suites.names()
    for name in suites.names():
        assert suites.suite(name).name == name
        assert suites.suite(name).asks.endswith("?")
    with pytest.raises(KeyError):
        suites.suite("nothing")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("evaluate", "nothing")


def test_the_page_defines_every_figure() -> None:
    defined = dict(re.findall(r"^\| `([a-z_]+)` \| (.+?) \|$", PAGE, re.MULTILINE))
    assert {name: f"{m.unit} | {m.definition}" for name, m in METRICS.items()} == {
        name: defined.get(name) for name in METRICS
    }


def test_the_page_tells_of_every_goal_and_every_suite() -> None:
    assert all(f"`{goal.figure}` {goal.words}" in PAGE for goal in verification.GOALS)
    assert all(f"evaluate {name}" in PAGE for name in suites.names())
    assert all(d[:12] in PAGE for frozen in sets.FROZEN.values() for d in frozen.values())
