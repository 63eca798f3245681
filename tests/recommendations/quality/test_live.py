"""``evaluate live``: costs first, then scores, with a stand-in for the model."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recommendations.agent import model_client
from recommendations.agent.prompts import newest
from recommendations.clinical.reading import Reading
from recommendations.quality import drafting
from recommendations.quality.bundles import BundleReader
from recommendations.quality.drafting import ChartInput
from recommendations.quality.live.costing import estimate
from recommendations.quality.live.questions import Question, questions, right
from recommendations.quality.live.recalled import facts_of, recall
from recommendations.quality.live.rouge import rouge
from recommendations.quality.live.visits import visits
from recommendations.quality.suites import SuiteRefused
from recommendations.workflows.evaluation.chart_question import CHART_QUESTION
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import Answer, StandIn, failing, tool_use
from tests.recommendations.quality.test_evaluate import NEEDED, evaluate

AS_OF = datetime(2026, 11, 17, 20, tzinfo=UTC)
DIALOGUE = "[doctor] any chest pain ?\n[patient] no . i take my lisinopril 20 mg every day ."
NOTE = "CHIEF COMPLAINT\nBack pain.\nPLAN\nContinue lisinopril 20 mg daily. Follow up in 2 weeks."


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One visit and one chart."""
    folder = tmp_path / "evaluation" / "aci-bench"
    folder.mkdir(parents=True)
    (tmp_path / "charts").mkdir()
    for name in ("valid", "train"):
        rows = [["s", "D1", DIALOGUE, NOTE]] if name == "valid" else []
        about = [["s", "D1", "x", "", "female", "50", "Martha", "Collins", "back pain", "gout"]]
        _write(folder / f"{name}.csv", ["dataset", "encounter_id", "dialogue", "note"], rows)
        _write(
            folder / f"{name}_metadata.csv",
            ["dataset", "encounter_id", "id", "doctor_name", "patient_gender", "patient_age",
             "patient_firstname", "patient_familyname", "cc", "2nd_complaints"],
            about if rows else [],
        )  # fmt: skip
    chart = ChartInput(name="a chart", resources=tuple(CHART), as_of=AS_OF)
    monkeypatch.setattr(drafting, "shared_charts", lambda _: [chart])
    return tmp_path


def _write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="") as lines:
        csv.writer(lines).writerows([head, *rows])


@pytest.fixture
def model(settings: Any) -> Any:
    stand_in = StandIn()
    settings.MODEL_API_KEY, settings.MODEL_BASE_URL = "sk-ant-key", "https://model.invalid"
    settings.MODEL_TRANSPORT_FACTORY = stand_in.transport
    yield stand_in
    model_client.forget()


@pytest.mark.parametrize("part", ["documentation", "questions", "triage"])
@pytest.mark.django_db
def test_without_leave_to_spend_only_the_cost_is_told(
    model: StandIn, shared: Path, part: str
) -> None:
    _, failed = evaluate("live", "--suite", part, "--shared-data", str(shared))
    assert failed.startswith("not_spent: ")
    assert "tokens in" in failed
    assert "$" in failed
    assert not model.requests


@pytest.mark.django_db
def test_without_a_key_nothing_is_asked(settings: Any, shared: Path) -> None:
    settings.MODEL_API_KEY = ""
    _, failed = evaluate(
        "live", "--suite", "documentation", "--shared-data", str(shared), "--spend"
    )
    assert failed.startswith("model_not_configured: ")


@pytest.mark.django_db
def test_a_part_that_is_none_is_refused(shared: Path) -> None:
    _, failed = evaluate("live", "--suite", "poetry", "--shared-data", str(shared))
    assert failed.startswith("set_unknown: ")
    _, failed = evaluate("live", "--shared-data", str(shared))
    assert failed.startswith("part_unknown: ")


@pytest.mark.django_db
def test_a_note_is_scored_against_the_one_that_was_written(
    model: StandIn, shared: Path, tmp_path: Path
) -> None:
    quote = "no . i take my lisinopril 20 mg every day ."
    statement = {
        "section": "subjective",
        "text": f"The transcript of the visit of 17 Nov 2026 says: \u201c{quote}\u201d",
        "claims": [{"kind": "note", "ref": "note1", "quote": quote}],
    }
    model.script = [
        lambda _: Answer([tool_use("notes", {})]),
        lambda _: Answer([tool_use("submit_draft", {"statements": [statement]})]),
    ]
    out = tmp_path / "live.json"
    said, failed = evaluate(
        "live", "--suite", "documentation", "--shared-data", str(shared), "--spend", "--json",
        "--out", str(out),
    )  # fmt: skip
    assert failed == ""
    figures = json.loads(said.splitlines()[-1])["figures"]
    assert figures["cases"] == 1
    assert figures["not_drafted"] == 0
    assert figures["fact_precision"] == 100.0
    assert figures["fact_recall"] == 50.0  # drug and dose of: drug, dose, two weeks, back pain
    assert 0 < figures["rougeL"] <= figures["rouge1"] < 60
    assert figures["prompt"].startswith("contract@")
    assert len(figures["data_sha256"]) == len(figures["prompt_sha256"]) == 64
    assert json.loads(out.read_text())["figures"] == figures


@pytest.mark.django_db
def test_an_urgency_is_held_against_its_label_after_rules_have_raised_it(
    model: StandIn, shared: Path
) -> None:
    said, failed = evaluate(
        "live",
        "--suite",
        "triage",
        "--most",
        "6",
        "--shared-data",
        str(shared),
        "--spend",
        "--json",
    )  # the stand-in chooses the least urgent category, always
    assert failed == ""
    figures = json.loads(said.splitlines()[-1])["figures"]
    assert figures["not_drafted"] == 0
    assert figures["model_alone_under"] > figures["under"]
    assert figures["agrees"] + figures["under"] + figures["over"] == pytest.approx(100, abs=0.2)


@pytest.mark.django_db
def test_a_model_that_fails_scores_nothing_and_is_told(model: StandIn, shared: Path) -> None:
    model.script = [failing(400, "invalid_request_error")] * 9
    said, _ = evaluate(
        "live", "--suite", "questions", "--most", "1", "--shared-data", str(shared), "--spend"
    )
    assert "Not drafted" in said


def read() -> Reading:
    reading = Reading(BundleReader(CHART), AS_OF)
    reading.prefetch(CHART_QUESTION.tools)
    for tool in CHART_QUESTION.tools:
        reading.call(tool)
    return reading


def test_questions_have_answers_that_the_chart_holds() -> None:
    found = {each.kind: each for each in questions(read().snapshot())}
    assert {"age", "last value", "dose"} <= found.keys()
    assert all(each.answer and all(each.answer) for each in found.values())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Potassium 5.9 mmol/L on 17 Nov 2026.", True),
        ("Potassium was 5.9.", False),  # without its day
        ("Potassium 15.9 mmol/L on 17 Nov 2026.", False),
        ("Potassium 5.92 mmol/L on 17 Nov 2026.", False),
        ("Potassium 5.9 mmol/L on 7 Nov 2026.", False),
        ("", False),
    ],
)
def test_an_answer_is_right_only_with_all_of_it(said: str, *, expected: bool) -> None:
    assert right(Question("last value", "?", ("5.9", "17 Nov 2026")), said) is expected


def test_rouge_is_as_reckoned_by_hand() -> None:
    found = rouge("The cat sat on the mat", "The cat lay on the mat")
    assert found["rouge1"] == pytest.approx(5 / 6)
    assert found["rouge2"] == pytest.approx(3 / 5)
    assert found["rougeL"] == pytest.approx(5 / 6)
    assert rouge("", "anything") == {"rouge1": 0, "rouge2": 0, "rougeL": 0}
    assert rouge("same words", "Same, words!") == {"rouge1": 1, "rouge2": 1, "rougeL": 1}


def test_facts_are_drugs_numbers_that_count_something_and_complaints() -> None:
    facts = facts_of(
        "A 50-year-old with gout takes metformin 500 mg; BP 140/90.", ("gout", "ulcer")
    )
    assert facts == {"drug:metformin", "number:500 mg", "number:140/90 ", "complaint:gout"}
    assert recall("Metformin.", "Metformin 500 mg.", ()) == (1, 2)


def test_a_visit_is_a_chart_without_names(shared: Path) -> None:
    (visit,) = visits(shared)
    assert "Martha" not in json.dumps(visit.resources)
    assert visit.complaints == ("back pain", "gout")


def test_missing_visits_are_told_with_where_they_belong(tmp_path: Path) -> None:
    with pytest.raises(SuiteRefused, match="aci-bench"):
        list(visits(tmp_path))


@NEEDED
def test_the_shared_visits_are_read_whole() -> None:
    found = list(visits(Path("../shared/data")))
    assert len(found) > 80
    assert all(each.note and each.complaints for each in found)


@pytest.mark.django_db
def test_the_cost_follows_the_models_price_and_is_not_known_without_one() -> None:
    release = newest(CHART_QUESTION)
    day = date(2026, 11, 29)
    known = estimate(CHART_QUESTION, release, [read(), read()], "claude-sonnet-5-5", day)
    alone = estimate(CHART_QUESTION, release, [read()], "claude-sonnet-5-5", day)
    assert known.cases == 2
    assert known.tokens_in == pytest.approx(2 * alone.tokens_in, abs=2)
    assert known.dollars is not None
    assert known.dollars > Decimal("0.01")
    assert estimate(CHART_QUESTION, release, [read()], "a-model-of-nobody", day).dollars is None
