"""The stand-in's drafts hold; its seeded errors are found."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from recommendations.clinical.for_model import for_model
from recommendations.verification import Chart, settle
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.registry import DOCUMENTS
from sandbox.charts import hospital
from sandbox.charts.stories import STORIES
from tests.recommendations.agent.chart import CHART
from tests.recommendations.agent.stand_in import model_answer
from tests.recommendations.charts import reading_from_bundle
from tests.stand_in_model import Control, seeded

TODAY = date(2026, 11, 17)


def outcomes(
    seeds: list[str], resources: list[dict[str, Any]] = CHART, key: str = "progress_note"
) -> list[str]:
    reading = reading_from_bundle(resources, as_of=datetime(2026, 11, 20, tzinfo=UTC))
    document = DOCUMENTS[key]
    content = [
        {"type": "tool_result", "content": for_model(reading.call(tool))} for tool in document.tools
    ]
    statement = {"properties": {"section": {"enum": [s.key for s in document.drafted]}}}
    chosen = {c.key: {"enum": [o.key for o in c.options]} for c in document.choices}
    submit = {"properties": {**chosen, "statements": {"items": statement}}}
    request = {
        "messages": [{"role": "user", "content": content}],
        "tools": [
            *({"name": tool.value} for tool in document.tools),
            {"name": "submit_draft", "input_schema": submit},
        ],
    }
    answer = seeded(model_answer(request), seeds)
    chart = Chart.of(reading.snapshot())
    return [
        settle(DraftedStatement.model_validate(each), chart)[1].outcome.value
        for each in json.loads(answer.blocks[-1]["input"])["statements"]
    ]


def test_every_statement_of_an_unseeded_draft_holds() -> None:
    assert set(outcomes([])) == {"checked"}


@pytest.mark.parametrize("key", DOCUMENTS)
def test_so_does_every_one_of_the_sandbox_hospitals_charts(key: str) -> None:
    # Among them are a diagnosis that was refuted and orders that were stopped.
    shared = hospital.resources(TODAY)
    found = Counter(
        outcome
        for story in STORIES
        for outcome in outcomes([], [*shared, *story(TODAY).resources], key)
    )
    assert set(found) == {"checked"}
    assert found.total() > (30 if DOCUMENTS[key].style.person == "second" else 200)


@pytest.mark.parametrize(
    ("seed", "outcome"),
    [("dose", "contradicted"), ("value", "contradicted"), ("not_found", "not_found")],
)
def test_a_seeded_error_is_marked(seed: str, outcome: str) -> None:
    found = outcomes([seed])
    assert found.count(outcome) == 1
    assert found.count("checked") == len(found) - 1


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="modes"):
        Control().set({"mode": "explode"})
