"""Which model drafts where one cannot: in order, told step by step, within one draft's budget."""

from typing import Any

import pytest
from django.core.cache import cache

from recommendations import agent
from recommendations.agent import chain, errors
from recommendations.agent.listener import MovedOn
from recommendations.views import wording
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD, call, read_all, submit
from tests.recommendations.agent.stand_in import Answer, breaking, failing, model_answer, tool_use

FIRST, SECOND, THIRD = "model-a", "model-b", "model-c"


@pytest.fixture(autouse=True)
def _chain(desk: Desk) -> Any:
    desk.settings.MODEL_ID = FIRST
    desk.settings.MODEL_FALLBACKS = [SECOND]
    cache.clear()
    yield
    cache.clear()


def failing_in(*models: str, how: Any) -> Any:
    """Every request to one of ``models`` fails so; others answer well."""
    return lambda request: how(request) if request["model"] in models else model_answer(request)


def stopping(reason: str) -> Any:
    return lambda request: Answer([tool_use("submit_draft", '{"statements": [')], reason)


OVERLOADED = failing(529, "overloaded_error")
MOVING = [
    (OVERLOADED, "model_overloaded"),
    (failing(503, "api_error"), "model_unavailable"),
    (failing(429, "rate_limit_error", **{"retry-after": "86400"}), "model_throttled"),
    (failing(401, "authentication_error"), "credentials_rejected"),
    (failing(402, "billing_error"), "account_problem"),
    (failing(404, "not_found_error"), "request_rejected"),
    (failing(400, "invalid_request_error", "prompt is too long: 9 tokens"), "context_too_long"),
    (breaking(model_answer, 0.7), "stream_broken"),
    (call("submit_draft", {"other": []}), "answer_malformed"),
    (stopping("max_tokens"), "answer_cut_off"),
    (stopping("refusal"), "model_refused"),
    (stopping("something_new"), "unexpected_stop"),
    (lambda _: Answer([{"type": "text", "text": "Here."}], "end_turn"), "no_answer"),
]


@pytest.mark.parametrize(("how", "code"), MOVING, ids=[code for _, code in MOVING])
def test_where_a_model_fails_the_next_one_drafts_and_the_step_is_told(
    desk: Desk, how: Any, code: str
) -> None:
    outcome = desk.draft(*[failing_in(FIRST, how=how)] * 12)
    assert outcome.model_id == SECOND
    assert outcome.fell_back == code
    assert desk.notebook.moves == [MovedOn(FIRST, code, SECOND)]
    assert outcome.statements == len(desk.notebook.statements) >= 4
    asked = [request.model_id for request in desk.notebook.asked]
    assert asked == sorted(asked)
    assert set(asked) == {FIRST, SECOND}


def test_a_model_that_can_is_asked_alone(desk: Desk) -> None:
    outcome = desk.draft()
    assert (outcome.model_id, outcome.fell_back) == (FIRST, "")
    assert {request["model"] for request in desk.stand_in.requests} == {FIRST}
    assert desk.notebook.moves == []


def test_the_last_ones_failure_is_the_draft_s_with_all_that_was_spent(desk: Desk) -> None:
    with pytest.raises(errors.ModelOverloaded) as failed:
        desk.draft(*[OVERLOADED] * 6)
    assert failed.value.model_id == SECOND
    assert failed.value.usage["requests"] == 6
    assert [(step.model_id, step.next_model) for step in desk.notebook.moves] == [(FIRST, SECOND)]


def test_a_release_names_its_own_models_in_their_order(desk: Desk) -> None:
    desk.settings.MODEL_FALLBACKS = []
    desk.models = (THIRD, SECOND, FIRST)
    outcome = desk.draft(*[failing_in(THIRD, SECOND, how=stopping("refusal"))] * 8)
    assert outcome.model_id == FIRST
    assert [step.model_id for step in desk.notebook.moves] == [THIRD, SECOND]


def test_a_model_that_takes_no_effort_or_thinking_is_asked_without(desk: Desk) -> None:
    desk.settings.MODEL_THINKING, desk.settings.MODEL_PLAIN = "adaptive", [SECOND]
    desk.draft(failing(401, "authentication_error"))
    first, *rest = desk.stand_in.requests
    assert {"thinking", "output_config"} <= set(first)
    assert not any({"thinking", "output_config"} & set(request) for request in rest)


def test_every_way_to_fail_has_words_for_a_clinician() -> None:
    def kinds(of: type[errors.ModelError]) -> Any:
        yield of
        for each in of.__subclasses__():
            yield from kinds(each)

    codes = {kind.code for kind in kinds(errors.ModelError)} - {"model_error", "stopped"}
    assert len(codes) >= 20
    unknown = wording.fell_back("something else")
    assert unknown is not None
    generic = {code for code in codes if wording.fell_back(code) == unknown}
    assert generic == {"request_rejected"}


def test_the_next_model_begins_anew_with_turns_of_its_own(desk: Desk) -> None:
    desk.budget = agent.Budget(2, 24, 8000, 24000, 20)
    outcome = desk.draft(read_all, failing(401, "authentication_error"), read_all, submit(GOOD))
    assert outcome.model_id == SECOND
    assert outcome.usage["turns"] == 4
    first_of_second = desk.stand_in.requests[2]
    assert first_of_second["model"] == SECOND
    assert len(first_of_second["messages"]) == 1


def test_a_model_that_only_reads_uses_up_its_own_turns_and_the_next_one_drafts(
    desk: Desk,
) -> None:
    desk.budget = agent.Budget(2, 24, 8000, 24000, 20)
    outcome = desk.draft(call("labs", {}), call("labs", {}))
    assert (outcome.model_id, outcome.fell_back) == (SECOND, "budget_spent")


def test_tokens_are_shared_and_once_spent_nobody_is_asked(desk: Desk) -> None:
    desk.budget = agent.Budget(6, 24, 8000, 5, 20)
    with pytest.raises(errors.BudgetSpent):
        desk.draft()
    assert {request["model"] for request in desk.stand_in.requests} == {FIRST}
    assert desk.notebook.moves == []


def test_a_chart_with_nothing_to_say_is_no_failure_of_a_model(desk: Desk) -> None:
    with pytest.raises(errors.NothingDrafted):
        desk.draft(read_all, submit())
    assert desk.notebook.moves == []


def test_an_answer_that_did_not_keep_to_its_task_ends_it_for_all_models(desk: Desk) -> None:
    def repeats(request: dict[str, Any]) -> Answer:
        mark = request["system"][0]["text"].rsplit("[", 1)[1].rstrip("]")
        return Answer([{"type": "text", "text": mark}], "end_turn")

    with pytest.raises(errors.AnswerUnsafe):
        desk.draft(repeats)
    assert desk.notebook.moves == []


def test_a_model_that_stalls_leaves_the_next_one_time(desk: Desk) -> None:
    desk.budget = agent.Budget(6, 24, 8000, 24000, 30)

    def slow(request: dict[str, Any]) -> Any:
        if request["model"] == SECOND:
            return model_answer(request)
        return failing(529, "overloaded_error", **{"retry-after": "7"})(request)

    left = chain.Spending(desk.budget)
    with left.within(left.seconds_left * chain.SHARE):
        assert 19 < left.seconds_left <= 20
    assert left.seconds_left > 29
    desk.budget = agent.Budget(6, 24, 8000, 24000, 10)  # 6.7 seconds are the first one's
    assert desk.draft(*[slow] * 8).model_id == SECOND


def test_with_too_little_time_left_no_other_model_is_begun(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "LEAST_SECONDS", 100)
    with pytest.raises(errors.CredentialsRejected):
        desk.draft(failing(401, "authentication_error"))
    assert desk.notebook.moves == []


# --- A model that keeps failing is left alone -----------------------------------------------------


def test_a_model_that_keeps_failing_is_passed_over_until_its_rest_is_over(
    desk: Desk,
) -> None:
    desk.settings.MODEL_REST_AFTER, desk.settings.MODEL_REST_SECONDS = 2, 60
    fails = [failing_in(FIRST, how=failing(401, "authentication_error"))] * 8
    for _ in range(2):
        desk.draft(*fails)
    desk.notebook.moves.clear()
    outcome = desk.draft(*fails)
    assert (outcome.model_id, outcome.fell_back) == (SECOND, "model_resting")
    assert {request["model"] for request in desk.stand_in.requests} == {SECOND}
    assert desk.notebook.moves == [MovedOn(FIRST, "model_resting", SECOND)]


def test_after_its_rest_one_draft_tries_and_an_answer_ends_the_counting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.settings.MODEL_REST_AFTER, desk.settings.MODEL_REST_SECONDS = 2, 60
    fails = [failing_in(FIRST, how=failing(401, "authentication_error"))] * 8
    for _ in range(2):
        desk.draft(*fails)
    rested = [key for key in ("resting",) if cache.delete(chain.resting._key(FIRST, key))]
    assert rested, "as if its minute were over"
    assert desk.draft(*fails).fell_back == "credentials_rejected"  # and rests again at once
    assert desk.draft(*fails).fell_back == "model_resting"
    cache.delete(chain.resting._key(FIRST, "resting"))
    assert desk.draft().model_id == FIRST
    assert desk.draft(*fails).fell_back == "credentials_rejected"
    assert desk.draft().model_id == FIRST, "one failure after an answer is one"


@pytest.mark.parametrize("reason", ["refusal", "max_tokens"])
def test_what_lies_in_a_chart_or_an_answer_counts_against_no_model(desk: Desk, reason: str) -> None:
    desk.settings.MODEL_REST_AFTER = 1
    for _ in range(2):
        outcome = desk.draft(read_all, stopping(reason))
        assert outcome.fell_back == desk.notebook.moves[0].code != "model_resting"


def test_where_every_model_rests_nobody_waits(desk: Desk) -> None:
    desk.settings.MODEL_REST_AFTER = 1
    with pytest.raises(errors.CredentialsRejected):
        desk.draft(*[failing(401, "authentication_error")] * 2)
    with pytest.raises(errors.ModelResting):
        desk.draft()
    assert desk.stand_in.requests == []


def test_a_cache_that_is_away_keeps_nobody_from_a_model(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise ConnectionError("redis at 10.0.0.1 is away")

    for name in ("get", "set", "delete_many"):
        monkeypatch.setattr(chain.resting.cache, name, away, raising=False)
    assert desk.draft().model_id == FIRST
    assert "10.0.0.1" not in caplog.text
    assert "model_rest_not_counted" in caplog.text
