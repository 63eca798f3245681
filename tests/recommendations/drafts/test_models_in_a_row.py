"""Where one model cannot draft: who did in the end, and why, on the row, in the trail, in words."""

from typing import Any

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string

from recommendations.models import DraftProgress
from recommendations.views.composing import show
from tests.recommendations.agent.stand_in import StandIn, breaking, failing, model_answer
from tests.recommendations.drafts import people
from tests.recommendations.drafts.test_drafting import chart, events, made, model

__all__ = ["chart", "model"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = "claude-sonnet-5-5", "claude-haiku-4-5"


@pytest.fixture(autouse=True)
def _two_models(settings: Any) -> Any:
    settings.MODEL_FALLBACKS = [SECOND]
    cache.clear()
    yield
    cache.clear()


def failing_first(how: Any) -> Any:
    return lambda request: how(request) if request["model"] == FIRST else model_answer(request)


def words_of(draft: Any) -> str:
    context = {"shown": show(draft), "launch": draft.launch, "opened": None}
    return " ".join(render_to_string("panel/draft.html", context).split())


def test_the_second_model_s_draft_says_whose_it_is_and_why(
    chart: list[Any], model: StandIn
) -> None:
    model.script = [failing_first(failing(529, "overloaded_error"))] * 5
    draft = made(people.draft())
    assert (draft.state, draft.drafter, draft.model_id) == ("ready", "claude", SECOND)
    assert draft.fallback_code == "model_overloaded"
    [fell] = events(draft, "draft.fell_back")
    step = (fell.code, fell.detail["model_id"], fell.detail["went_on_with"])
    assert step == ("model_overloaded", FIRST, SECOND)
    assert [row.detail["model_id"] for row in events(draft, "model.asked")] == [FIRST] * 3 + [
        SECOND
    ] * 2
    words = words_of(draft)
    assert "Claude is busy" in words
    assert f"Another model ({SECOND}) drafted instead." in words
    assert "It is not AI" not in words


def test_nothing_of_the_first_model_s_statements_stays(chart: list[Any], model: StandIn) -> None:
    model.script = [failing_first(breaking(model_answer, 0.9))] * 8
    model.script.insert(0, model_answer)
    draft = made(people.draft())
    assert draft.model_id == SECOND
    texts = [statement.text for statement in draft.statements.all()]
    assert len(texts) == len(set(texts)) >= 4
    assert draft.usage["requests"] == 6
    restarted = DraftProgress.objects.filter(draft=draft, detail__state="restarted")
    assert restarted.count() == 3


def test_where_all_models_fail_the_rules_draft_and_each_step_is_in_the_trail(
    chart: list[Any], model: StandIn
) -> None:
    model.script = [
        failing_first(failing(529, "overloaded_error")),
        *[failing(401, "authentication_error")] * 2,
    ]
    draft = made(people.draft())
    assert (draft.drafter, draft.fallback_code) == ("offline", "credentials_rejected")
    steps = [
        (row.code, row.detail["model_id"], row.detail["went_on_with"])
        for row in events(draft, "draft.fell_back")
    ]
    assert steps == [
        ("credentials_rejected", FIRST, SECOND),
        ("credentials_rejected", SECOND, "offline"),
    ]
    assert "It is not AI" in words_of(draft)


def test_a_model_that_rests_is_said_to(chart: list[Any], model: StandIn, settings: Any) -> None:
    settings.MODEL_FALLBACKS, settings.MODEL_REST_AFTER = [], 1
    model.script = [failing(401, "authentication_error")]
    made(people.draft())
    draft = made(people.draft(people.launch("p2")))
    assert (draft.drafter, draft.fallback_code) == ("offline", "model_resting")
    assert len(model.requests) == 1
    assert "Claude is being left alone for a moment" in words_of(draft)
