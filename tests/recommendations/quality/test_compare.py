"""``evaluate compare``: two versions over the same charts, by the model's stand-in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recommendations.agent import model_client
from recommendations.agent.prompts import CONTRACT, released
from recommendations.models import ReleaseEvaluation
from recommendations.quality import drafting
from recommendations.quality.drafting import ChartInput
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import (
    Answer,
    Script,
    StandIn,
    failing,
    model_answer,
    sent_back,
    tool_use,
)
from tests.recommendations.prompting import folder  # noqa: F401 - a fixture
from tests.recommendations.prompting import released as release
from tests.recommendations.quality.test_evaluate import NEEDED, evaluate
from tests.recommendations.replays.test_replay import POTASSIUM

NEWEST = released(CONTRACT)[-1]
SHARED = drafting.shared_charts
ONE_TO_TWO = ("compare", "--document", "progress_note", "--from", "1", "--to", "2")


def by_its_words(request: dict[str, Any]) -> Answer:
    """Follows its instructions: version 2 makes it drop two statements and get one value wrong."""
    if "Other words." not in request["system"][0]["text"]:
        return model_answer(request)
    if sent_back(request):
        return Answer([tool_use("submit_draft", json.dumps({"statements": []}))])
    answer = model_answer(request)
    if answer.blocks[-1]["name"] != "submit_draft":
        return answer
    given = json.loads(answer.blocks[-1]["input"])
    given["statements"] = [*given["statements"][2:], POTASSIUM]
    return Answer([tool_use("submit_draft", json.dumps(given))])


class Following(StandIn):
    """A model that reads its instructions."""

    follows: Script = staticmethod(by_its_words)

    def __call__(self, request: Any) -> Any:
        self.script = [self.follows]
        return super().__call__(request)


@pytest.fixture
def model(settings: Any, folder: Path) -> Iterator[Following]:  # noqa: F811 - the fixture
    release(folder, "progress_note", 2)
    stand_in = Following()
    settings.MODEL_API_KEY = "sk-ant-secret-key"
    settings.MODEL_BASE_URL = "https://model.invalid"
    settings.MODEL_TRANSPORT_FACTORY = stand_in.transport
    yield stand_in
    model_client.forget()


@pytest.fixture(autouse=True)
def one_chart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    (tmp_path / "charts").mkdir()
    chart = ChartInput(name="a chart", resources=tuple(CHART))
    monkeypatch.setattr(drafting, "shared_charts", lambda _: [chart])
    return tmp_path


def compared(here: Path, *more: str) -> tuple[str, str]:
    return evaluate(*ONE_TO_TWO, "--shared-data", str(here), *more)


def test_outcomes_by_version_and_the_statements_that_differ(
    model: StandIn, one_chart: Path
) -> None:
    said, failed = compared(one_chart, "--json")
    assert failed == ""
    figures = json.loads(said.splitlines()[-1])["figures"]
    assert figures["charts"] == 1
    assert figures["from_release"] == f"contract@{NEWEST} progress_note@1"
    assert figures["to_release"] == f"contract@{NEWEST} progress_note@2"
    assert figures["to_statements"] == figures["from_statements"] - 1
    assert figures["from_doubtful"] == 0
    assert figures["to_not_found"] + figures["to_contradicted"] == 1
    assert (figures["only_from"], figures["only_to"]) == (2, 1)
    assert figures["both"] == figures["from_statements"] - 2
    assert figures["from_models"] == figures["to_models"] == "claude-sonnet-5-5"
    told, _ = compared(one_chart)
    assert "9.9 mmol/L" in told
    assert "progress_note@2" in told


def test_a_version_against_itself_shows_what_is_chance(model: StandIn, one_chart: Path) -> None:
    said, _ = evaluate(
        "compare", "--document", "progress_note", "--from", "1", "--to", f"{NEWEST}/1",
        "--shared-data", str(one_chart), "--json",
    )  # fmt: skip
    figures = json.loads(said.splitlines()[-1])["figures"]
    assert (figures["only_from"], figures["only_to"]) == (0, 0)
    assert figures["both"] == figures["from_statements"] > 3


@pytest.mark.django_db
def test_figures_are_kept_for_administrators_when_asked_for(
    model: StandIn, one_chart: Path
) -> None:
    compared(one_chart)
    assert not ReleaseEvaluation.objects.exists()
    compared(one_chart, "--keep")
    kept = {row.prompt: row for row in ReleaseEvaluation.objects.all()}
    assert kept.keys() == {1, 2}
    assert kept[2].charts == 1
    assert kept[2].model_ids == "claude-sonnet-5-5"
    assert kept[2].figures["doubtful"] > 0
    assert "9.9" not in json.dumps(kept[2].figures)


def test_a_draft_that_failed_is_counted_and_told(model: Following, one_chart: Path) -> None:
    model.follows = failing(401, "authentication_error")
    said, _ = compared(one_chart)
    assert "No draft of a chart: credentials_rejected." in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--document", "poem", "--from", "1", "--to", "1"), "unknown_document"),
        (("--document", "triage", "--from", "1", "--to", "1"), "unknown_document"),
        (("--document", "progress_note", "--from", "1"), "version_unknown"),
        (("--document", "progress_note", "--from", "1", "--to", "9"), "version_unknown"),
        (("--document", "progress_note", "--from", "x", "--to", "1"), "version_unknown"),
        (("--document", "progress_note", "--from", "999/1", "--to", "1"), "version_unknown"),
    ],
)
def test_what_cannot_be_compared_says_why(
    model: StandIn, one_chart: Path, arguments: tuple[str, ...], why: str
) -> None:
    _, failed = evaluate("compare", *arguments, "--shared-data", str(one_chart))
    assert failed.startswith(why)
    assert model.requests == []


def test_without_a_key_nothing_is_compared(model: StandIn, one_chart: Path, settings: Any) -> None:
    settings.MODEL_API_KEY = ""
    _, failed = compared(one_chart)
    assert failed.startswith("model_not_configured")


@NEEDED
def test_charts_of_the_shared_data_are_drafted_with_both(
    model: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "shared_charts", SHARED)
    said, failed = evaluate(*ONE_TO_TWO, "--most", "2", "--json")
    assert failed == ""
    figures = json.loads(said.splitlines()[-1])["figures"]
    assert figures["charts"] == 2
    assert figures["from_failed"] == figures["to_failed"] == 0
    assert figures["from_statements"] > 10
    assert figures["only_to"] > 0
