"""Answers that are not whole: which are tried again with the same words, and which end the draft."""

import json
import time
from typing import Any

import httpx2
import pytest

from recommendations.agent import errors
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD, call, read_all, say, submit
from tests.recommendations.agent.stand_in import Answer, breaking, failing, model_answer, sse


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (breaking(model_answer, 0.5), "stream_broken"),  # a clean early end
        (breaking(model_answer, 1), "stream_broken"),  # all of it but message_stop
        (breaking(model_answer, 0.0), "stream_broken"),  # an empty body
        (breaking(model_answer, 0.6, httpx2.ReadError("reset")), "stream_broken"),
        (breaking(model_answer, 0.6, httpx2.ReadTimeout("stalled")), "stream_broken"),
        (breaking(model_answer, 0.6, httpx2.RemoteProtocolError("fin")), "stream_broken"),
        (
            breaking(model_answer, 0.6, b'event: message_delta\ndata: {"type": "mess\n\n'),
            "stream_broken",
        ),
        (
            breaking(
                model_answer, 0.6, sse("error", error={"type": "overloaded_error", "message": "x"})
            ),
            "model_overloaded",
        ),
        (
            breaking(model_answer, 0.6, sse("error", error={"type": "api_error", "message": "x"})),
            "model_unavailable",
        ),
        (
            call("submit_draft", '{"statements": [{"section": "objective", "text": "Cut of'),
            "answer_malformed",
        ),
        (call("submit_draft", '{"statements": [{"section": oops}]}'), "stream_broken"),
        (call("submit_draft", {"statements": []}, stop="end_turn"), "answer_malformed"),
        (call("submit_draft", "{}"), "answer_malformed"),
        (call("submit_draft", json.dumps({"statements": [GOOD], "note": "x"})), "answer_malformed"),
        (call("submit_draft", json.dumps({"other": [GOOD]})), "answer_malformed"),
        (call("submit_draft", json.dumps({"statements": [GOOD, "text"]})), "answer_malformed"),
        (submit({**GOOD, "section": "nowhere"}), "answer_malformed"),
        (call("submit_draft", {"statements": [GOOD]}, stop="end_turn"), "answer_malformed"),
        (failing(529, "overloaded_error"), "model_overloaded"),
        (failing(500, "api_error"), "model_unavailable"),
        (failing(429, "rate_limit_error", **{"retry-after": "0.01"}), "model_throttled"),
        (lambda request: httpx2.Response(200, html="<html>Sign in</html>"), "model_unavailable"),
        (
            lambda request: (_ for _ in ()).throw(httpx2.ConnectError("no route")),
            "model_unavailable",
        ),
    ],
)
def test_a_passing_fault_is_tried_again_with_the_same_words(
    desk: Desk, broken: Any, code: str
) -> None:
    outcome = desk.draft(read_all, broken)
    assert outcome.statements == len(desk.notebook.statements) >= 4
    assert [answer.code for answer in desk.notebook.answers] == ["", code, ""]
    assert desk.stand_in.requests[1] == desk.stand_in.requests[2]
    assert outcome.usage["requests"] == 3
    assert outcome.usage["turns"] == 2


def test_statements_of_a_broken_answer_are_discarded_before_it_is_tried_again(desk: Desk) -> None:
    desk.draft(read_all, breaking(model_answer, 0.8))
    assert desk.notebook.discards == ["stream_broken"]
    texts = [statement.text for statement in desk.notebook.statements]
    assert len(texts) == len(set(texts))


def test_a_fault_that_does_not_pass_ends_after_three_tries(desk: Desk) -> None:
    overloaded = failing(529, "overloaded_error", **{"request-id": "req_e"})
    with pytest.raises(errors.ModelOverloaded) as raised:
        desk.draft(overloaded, overloaded, overloaded, overloaded)
    assert len(desk.stand_in.requests) == 3
    assert raised.value.usage["requests"] == 3
    assert raised.value.request_id == "req_e"


@pytest.mark.parametrize("wait", ["86400", "9", "nan"])
def test_a_long_retry_after_is_neither_waited_for_nor_shortened(desk: Desk, wait: str) -> None:
    started = time.monotonic()
    with pytest.raises(errors.ModelThrottled):
        desk.draft(failing(429, "rate_limit_error", **{"retry-after": wait}))
    assert len(desk.stand_in.requests) == 1
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (say("I cannot help with that.", "refusal"), errors.ModelRefused),
        (call("submit_draft", '{"statements": [{"se', stop="max_tokens"), errors.AnswerCutOff),
        (say("…", "model_context_window_exceeded"), errors.ContextTooLong),
        (say("…", "pause_turn"), errors.UnexpectedStop),
        (say("…", "something_new"), errors.UnexpectedStop),
        (failing(401, "authentication_error"), errors.CredentialsRejected),
        (failing(403, "permission_error"), errors.CredentialsRejected),
        (failing(402, "billing_error"), errors.AccountProblem),
        (failing(400, "invalid_request_error"), errors.RequestRejected),
        (failing(404, "not_found_error"), errors.RequestRejected),
        (
            failing(400, "invalid_request_error", "prompt is too long: 210000 tokens"),
            errors.ContextTooLong,
        ),
        (failing(413, "request_too_large"), errors.ContextTooLong),
        (call("submit_draft", {"statements": []}), errors.NothingDrafted),
    ],
)
def test_a_lasting_failure_is_not_tried_again(
    desk: Desk, answer: Any, kind: type[errors.ModelError]
) -> None:
    with pytest.raises(kind):
        desk.draft(read_all, answer)
    assert len(desk.stand_in.requests) == 2
    assert desk.notebook.answers[-1].code == kind.code


def test_a_refusal_after_statements_gives_no_draft(desk: Desk) -> None:
    def refusing(request: dict[str, Any]) -> Answer:
        return Answer(model_answer(request).blocks, stop_reason="refusal")

    with pytest.raises(errors.ModelRefused):
        desk.draft(read_all, refusing)
