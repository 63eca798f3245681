"""``evaluate live`` from end to end, against a model's stand-in over HTTP: every part of it.

What breaks off a run (a key that is refused, a model that is down, a person) ends it with words,
keeps what was scored, and the same command goes on from there.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from recommendations.agent import exchange, model_client
from recommendations.quality.suites import live
from tests.recommendations.quality.test_evaluate import evaluate
from tests.recommendations.quality.test_live import shared  # noqa: F401 - a fixture
from tests.stand_in_model import Control, Server

pytestmark = pytest.mark.django_db
PARTS = ("documentation", "questions", "triage")


@pytest.fixture
def control(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """The stand-in's; nothing is waited for between two tries."""
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)
    with Server() as server:
        server.control.pace_ms = 0
        settings.MODEL_API_KEY, settings.MODEL_BASE_URL = "stand-in", server.url
        settings.MODEL_TRANSPORT_FACTORY = None
        model_client.forget()
        cache.clear()
        yield server.control
        model_client.forget()
        cache.clear()


def run(shared: Path, part: str, *more: str, most: int = 4) -> tuple[dict[str, Any], str]:  # noqa: F811
    """The figures, and why it ended where it did not end well."""
    said, failed = evaluate(
        "live", "--suite", part, "--shared-data", str(shared), "--json", "--most", str(most), *more
    )
    lines = said.splitlines()
    return (json.loads(lines[-1])["figures"] if lines else {}), failed


@pytest.mark.parametrize("part", PARTS)
def test_every_part_runs_to_its_end_costs_told_first(
    control: Control,
    shared: Path,  # noqa: F811
    tmp_path: Path,
    part: str,
) -> None:
    _, failed = run(shared, part)
    assert failed.startswith("not_spent: ")
    assert "$" in failed
    assert control.requests == 0
    out = tmp_path / "figures.json"
    figures, failed = run(shared, part, "--spend", "--out", str(out))
    assert failed == ""
    assert figures["cases"] >= 1
    assert figures["not_drafted"] == 0
    assert figures["models"] == ["claude-sonnet-5-5"]
    assert figures["output_tokens"] > 0
    assert figures["estimated_dollars"] > 0
    assert len(figures["data_sha256"]) == len(figures["prompt_sha256"]) == 64
    assert figures["frame"].startswith("talk@")
    saved = json.loads(out.read_text())
    assert (saved["name"], saved["figures"]) == ("live", figures)
    kept = Path(f"{out}.cases").read_text()
    assert len(kept.splitlines()) == figures["cases"]
    assert "mmol" not in kept
    assert "lisinopril" not in kept


def test_a_key_that_is_refused_ends_it_at_the_first_case(
    control: Control,
    shared: Path,  # noqa: F811
) -> None:
    control.mode = "unauthorized"
    _, failed = run(shared, "triage", "--spend")
    assert failed.startswith("credentials_rejected: ")
    assert "case 1 of 4" in failed
    assert "give --out FILE" in failed
    assert control.requests == 1


def test_a_model_that_is_down_ends_it_and_the_same_command_goes_on(
    control: Control,
    shared: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    out = tmp_path / "figures.json"
    whole, _ = run(shared, "triage", "--spend", most=6)
    figures, _ = run(shared, "triage", "--spend", "--out", str(out), most=2)
    assert figures["cases"] == 2
    control.mode = "overloaded"
    _, failed = run(shared, "triage", "--spend", "--out", str(out), most=6)
    assert failed.startswith(("model_overloaded: ", "model_resting: "))
    assert "case 5 of 6" in failed  # two were kept, and three in a row failed
    assert str(out) in failed
    control.mode = "ok"
    cache.clear()
    before = control.requests
    figures, failed = run(shared, "triage", "--spend", "--out", str(out), most=6)
    assert failed == ""
    assert control.requests - before == 4 * 2  # the four that were left, two turns each
    same = ("cases", "not_drafted", "agrees", "under", "over", "output_tokens", "data_sha256")
    assert {name: figures[name] for name in same} == {name: whole[name] for name in same}


def test_one_overload_in_passing_ends_nothing(
    control: Control,
    shared: Path,  # noqa: F811
) -> None:
    control.set({"mode": "overloaded", "times": 2, "pace_ms": 0})
    figures, failed = run(shared, "triage", "--spend", most=2)
    assert (failed, figures["not_drafted"]) == ("", 0)


@pytest.mark.parametrize(
    ("mode", "code"), [("max_tokens", "answer_cut_off"), ("refusal", "model_refused")]
)
def test_answers_that_are_cut_off_or_refused_count_as_not_drafted_and_are_told(
    control: Control,
    shared: Path,  # noqa: F811
    tmp_path: Path,
    mode: str,
    code: str,
) -> None:
    control.mode = mode
    out = tmp_path / "figures.json"
    said, failed = evaluate(
        "live", "--suite", "triage", "--shared-data", str(shared), "--most", "4", "--spend",
        "--out", str(out),
    )  # fmt: skip
    assert failed == ""
    assert said.count(code) == 4
    figures = json.loads(out.read_text())["figures"]
    assert figures["not_drafted"] == 4
    assert "agrees" not in figures  # nothing was scored, so nothing is claimed
    assert not Path(f"{out}.cases").exists()  # they are asked again next time


def test_a_person_may_break_it_off(
    control: Control,
    shared: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redraft, asked = live.redraft, []

    def broken_off(*given: Any, **how: Any) -> Any:
        asked.append(1)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return redraft(*given, **how)

    monkeypatch.setattr(live, "redraft", broken_off)
    out = tmp_path / "figures.json"
    _, failed = run(shared, "triage", "--spend", "--out", str(out))
    assert failed.startswith("interrupted: ")
    assert "case 3 of 4" in failed
    figures, failed = run(shared, "triage", "--spend", "--out", str(out))
    assert (failed, figures["cases"], len(asked)) == ("", 4, 5)


def test_what_was_scored_with_another_prompt_model_or_judge_is_asked_again(
    control: Control,
    shared: Path,  # noqa: F811
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "figures.json"

    def asked() -> int:
        before = control.requests
        _, failed = run(shared, "triage", "--spend", "--out", str(out), most=2)
        assert failed == ""
        return control.requests - before

    assert asked() > 0
    assert asked() == 0
    settings.MODEL_ID = "claude-opus-5-5"
    assert asked() > 0
    monkeypatch.setattr("recommendations.verification.VERSION", "2027.1.1")
    assert asked() > 0
    with Path(f"{out}.cases").open("a") as lines:
        lines.write('{"id": "cut off')
    assert asked() == 0
