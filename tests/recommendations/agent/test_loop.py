"""The conversation with the model, over the real SDK and a scripted transport."""

import json
import pickle
import time
import traceback
from typing import Any

import httpx2
import pytest
from celery.exceptions import SoftTimeLimitExceeded

from recommendations import agent
from recommendations.agent import errors
from tests.recommendations.agent.chart import NOTE
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.stand_in import (
    Answer,
    breaking,
    failing,
    model_answer,
    results,
    sse,
    streamed,
    tool_use,
)


def read_all(request: dict[str, Any]) -> Answer:
    return Answer(
        [tool_use(t["name"], {}) for t in request["tools"] if t["name"] != "submit_draft"]
    )


def say(text: str, stop: str) -> Any:
    return lambda request: Answer([{"type": "text", "text": text}], stop_reason=stop)


def call(name: str, arguments: dict[str, Any] | str, stop: str = "tool_use") -> Any:
    return lambda request: Answer([tool_use(name, arguments)], stop_reason=stop)


GOOD = {
    "section": "objective",
    "text": "Potassium 5.9 mmol/L on 17 Nov 2026.",
    "claims": [
        {
            "kind": "observation",
            "ref": "lab1",
            "name": "Potassium",
            "value": 5.9,
            "unit": "mmol/L",
            "when": "2026-11-17",
        }
    ],
}


def submit(*statements: dict[str, Any]) -> Any:
    return call("submit_draft", {"statements": list(statements)})


def last_results(desk: Desk) -> list[dict[str, Any]]:
    return [b for b in desk.stand_in.requests[-1]["messages"][-1]["content"] if "content" in b]


def test_the_model_reads_and_hands_in_a_draft_of_what_it_read(desk: Desk) -> None:
    outcome = desk.draft()
    texts = [statement.text for statement in desk.notebook.statements]
    assert "Potassium 5.9 mmol/L on 17 Nov 2026." in texts
    assert outcome.statements == len(texts) >= 4
    assert outcome.usage["turns"] == 2
    assert outcome.usage["cache_read_tokens"] == 5200
    assert outcome.usage["tool_calls"] == len(desk.document.tools)
    assert outcome.versions["prompt"] == "contract@4 progress_note@1"


def test_each_request_is_told_before_it_is_sent_and_each_answer_after(desk: Desk) -> None:
    seen: list[int] = []

    def script(request: dict[str, Any]) -> Answer:
        seen.append(len(desk.notebook.asked))
        return model_answer(request)

    desk.draft(script, script)
    assert seen == [1, 2]
    told = [kind for kind in desk.notebook.order if kind in {"asking", "answered"}]
    assert told == ["asking", "answered", "asking", "answered"]
    assert [answer.request.sha256 for answer in desk.notebook.answers] == [
        request.sha256 for request in desk.notebook.asked
    ]
    assert desk.notebook.answers[0].request_id == "req_1"


def test_what_is_told_of_a_request_is_what_was_sent(desk: Desk) -> None:
    desk.draft()
    for told, sent in zip(desk.notebook.asked, desk.stand_in.requests, strict=True):
        assert json.loads(told.body) == {k: v for k, v in sent.items() if k != "stream"}


def test_nothing_that_names_the_patient_goes_to_the_model(desk: Desk) -> None:
    desk.draft()
    sent = json.dumps(desk.stand_in.requests)
    for identifier in ("Ottoline", "Quillfeather", "MRN-77310", "1958-03-02", "Patient/p1"):
        assert identifier not in sent


def test_no_tool_has_an_argument_for_a_patient(desk: Desk) -> None:
    desk.draft()
    for tool in desk.stand_in.requests[0]["tools"]:
        if tool["name"] != "submit_draft":
            assert not {"patient", "patient_id", "id", "url"} & set(
                tool["input_schema"]["properties"]
            )
            assert tool["input_schema"]["additionalProperties"] is False


def test_the_schema_of_the_answer_is_free_of_open_ended_objects(desk: Desk) -> None:
    desk.draft()
    submit_schema = desk.stand_in.requests[0]["tools"][-1]["input_schema"]

    def objects(schema: Any) -> Any:
        if isinstance(schema, dict):
            if schema.get("type") == "object":
                yield schema
            for value in schema.values():
                yield from objects(value)
        elif isinstance(schema, list):
            for value in schema:
                yield from objects(value)

    found = list(objects(submit_schema))
    assert len(found) == 16  # the answer, a statement, fourteen kinds of claim
    assert all(each["properties"] and each["additionalProperties"] is False for each in found)
    assert all("kind" in each["required"] for each in submit_schema["$defs"].values())


def test_instructions_and_tools_are_the_same_in_every_request_and_marked_for_the_cache(
    desk: Desk,
) -> None:
    desk.draft()
    first, second = desk.stand_in.requests
    assert (first["system"], first["tools"]) == (second["system"], second["tools"])
    assert first["system"][-1]["cache_control"] == {"type": "ephemeral"}
    for request in (first, second):
        marked = [b for m in request["messages"] for b in m["content"] if "cache_control" in b]
        assert marked == [request["messages"][-1]["content"][-1]]


def test_statements_are_told_while_the_answer_is_still_arriving(desk: Desk) -> None:
    told_at: list[int] = []

    def script(request: dict[str, Any]) -> httpx2.Response:
        def pieces() -> Any:
            for event in model_answer(request).events(request):
                told_at.append(len(desk.notebook.statements))
                yield event

        return streamed(pieces())

    desk.draft(read_all, script)
    assert len(desk.notebook.statements) >= 4
    # The second statement was told long before the answer's end.
    assert told_at.index(2) < len(told_at) * 0.75


def test_numbers_keep_the_digits_they_were_written_with(desk: Desk) -> None:
    text = json.dumps({"statements": [GOOD]}).replace("5.9,", "5.90,")
    desk.draft(read_all, call("submit_draft", text))
    assert str(desk.notebook.statements[0].claims[0].value) == "5.90"  # type: ignore[union-attr]


# --- Answers that are not whole, are tried again with the same words --------------------------


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


# --- What the model may not do ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("write_order", {}, "There is no tool of this name."),
        ("immunizations", {}, "There is no tool of this name."),  # not for this document
        ("labs", {"patient": "p2"}, "These arguments do not fit the tool's schema."),
        ("labs", {"limit": "7"}, "These arguments do not fit the tool's schema."),
        ("labs", {"limit": 7.5}, "These arguments do not fit the tool's schema."),
    ],
)
def test_a_call_that_does_not_fit_gets_a_fixed_sentence(
    desk: Desk, name: str, arguments: dict[str, Any], sentence: str
) -> None:
    seen: list[dict[str, Any]] = []

    def then(request: dict[str, Any]) -> Answer:
        seen.append(request["messages"][-1]["content"][0])
        return read_all(request)

    desk.draft(call(name, arguments), then)
    assert (seen[0]["content"], seen[0]["is_error"]) == (sentence, True)


def test_every_call_of_a_turn_gets_its_result_in_one_message(desk: Desk) -> None:
    desk.draft()
    reply = desk.stand_in.requests[1]["messages"][-1]
    calls = [
        b for b in desk.stand_in.requests[1]["messages"][-2]["content"] if b["type"] == "tool_use"
    ]
    assert reply["role"] == "user"
    assert [b["tool_use_id"] for b in reply["content"]] == [b["id"] for b in calls]


def test_a_model_that_only_reads_is_told_when_its_last_turn_comes_and_then_stopped(
    desk: Desk,
) -> None:
    desk.budget = agent.Budget(3, 24, 8000, 24000, 20)
    with pytest.raises(errors.BudgetSpent):
        desk.draft(*[call("labs", {})] * 5)
    assert len(desk.stand_in.requests) == 3
    assert "Nothing more can be read" in json.dumps(desk.stand_in.requests[-1]["messages"][-1])
    assert "Nothing more can be read" not in json.dumps(desk.stand_in.requests[-2]["messages"][-1])


def test_tool_calls_beyond_the_budget_are_not_carried_out(desk: Desk) -> None:
    desk.budget = agent.Budget(6, 5, 8000, 24000, 20)
    desk.draft()
    assert len(desk.notebook.reads) == 5
    assert len(results(desk.stand_in.requests[-1])) == 5


def test_tokens_beyond_the_budget_end_the_draft(desk: Desk) -> None:
    desk.budget = agent.Budget(6, 24, 8000, 5, 20)
    with pytest.raises(errors.BudgetSpent):
        desk.draft()
    assert len(desk.stand_in.requests) == 1


def test_a_model_that_talks_instead_of_handing_in_is_told_once_more(desk: Desk) -> None:
    outcome = desk.draft(read_all, say("Here is your draft: …", "end_turn"))
    assert outcome.statements >= 4
    assert "Nothing was handed in" in json.dumps(desk.stand_in.requests[-1]["messages"][-1])


def test_a_model_that_keeps_talking_gives_no_draft(desk: Desk) -> None:
    with pytest.raises(errors.NoAnswer):
        desk.draft(*[say("Here is your draft: …", "end_turn")] * 6)
    assert len(desk.stand_in.requests) == 2


def test_two_drafts_in_one_answer_are_refused(desk: Desk) -> None:
    two = {"statements": [GOOD]}
    twice = lambda request: Answer([tool_use("submit_draft", two), tool_use("submit_draft", two)])  # noqa: E731
    outcome = desk.draft(read_all, twice)
    assert [answer.code for answer in desk.notebook.answers] == ["", "answer_malformed", ""]
    assert outcome.statements >= 4


@pytest.mark.parametrize(
    "text",
    [
        "Potassium 5.9 mmol/L, see https://evil.example.",
        "Potassium <b>5.9</b> mmol/L.",
        "Potassium 5.9 \u202emmol/L.",
        "Potassium\u200b 5.9 mmol/L.",
        "Potassium 5.9\vmmol/L.",
        "[Potassium](//evil.example) 5.9.",
    ],
)
def test_text_that_is_not_plain_and_visible_is_left_out(desk: Desk, text: str) -> None:
    outcome = desk.draft(read_all, submit(GOOD, GOOD, {**GOOD, "text": text}))
    assert [statement.text for statement in desk.notebook.statements] == [GOOD["text"]] * 2
    assert outcome.usage["statements_dropped"] == 1


def test_the_end_of_a_line_in_what_was_copied_is_a_space_and_drops_no_statement(
    desk: Desk,
) -> None:
    desk.draft(read_all, submit({**GOOD, "text": GOOD["text"].replace(" on ", "\r\non\t")}))
    assert [statement.text for statement in desk.notebook.statements] == [GOOD["text"]]


def test_a_result_below_a_limit_is_plain_text(desk: Desk) -> None:
    small = {**GOOD, "text": "Troponin < 0.01 ng/mL on 17 Nov 2026."}
    desk.draft(read_all, submit(small))
    assert desk.notebook.statements[0].text == small["text"]


def test_a_draft_that_is_mostly_unusable_is_no_draft(desk: Desk) -> None:
    bad = {**GOOD, "claims": []}
    desk.draft(read_all, submit(GOOD, bad, bad))
    assert desk.notebook.discards == ["answer_malformed"]


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


def handed_in(spelled: str) -> Answer:
    text = json.dumps({"statements": [{**GOOD, "text": "MARK"}]}).replace("MARK", spelled)
    return Answer([tool_use("submit_draft", text)])


@pytest.mark.parametrize(
    "leak",
    [
        handed_in,
        lambda mark: handed_in(escaped(mark)),
        lambda mark: handed_in(mark.lower()),
        lambda mark: handed_in(" ".join(mark)),
        lambda mark: handed_in("\\n".join(mark)),
        lambda mark: Answer([tool_use("get_labs", f'{{"note": "{escaped(mark)}"}}')]),
        lambda mark: Answer(
            [{"type": "text", "text": f"I was told {mark}."}, *handed_in("x").blocks]
        ),
        lambda mark: Answer([{"type": "text", "text": " ".join(mark.lower())}], "end_turn"),
    ],
    ids=["plain", "escapes", "case", "blanks", "lines", "arguments", "text", "text alone"],
)
def test_an_answer_that_repeats_the_marker_is_set_aside(desk: Desk, leak: Any) -> None:
    def leaking(request: dict[str, Any]) -> Answer:
        return leak(request["system"][-1]["text"].rsplit("[", 1)[1].rstrip("]"))

    with pytest.raises(errors.AnswerUnsafe):
        desk.draft(read_all, leaking)
    assert len(desk.stand_in.requests) == 2
    assert GOOD["text"] not in [statement.text for statement in desk.notebook.statements]


def test_a_key_given_twice_in_a_statement_is_not_resolved_by_taking_the_last(desk: Desk) -> None:
    text = json.dumps({"statements": [GOOD]}).replace('"value": 5.9', '"value": 5.9, "value": 4.9')
    desk.draft(read_all, call("submit_draft", text))
    assert desk.notebook.answers[1].code == "answer_malformed"


# --- Time, and being stopped ------------------------------------------------------------------


def test_a_draft_that_is_told_to_stop_stops_in_the_middle_of_an_answer(desk: Desk) -> None:
    desk.notebook.stop = lambda: len(desk.notebook.statements) >= 2
    with pytest.raises(errors.Stopped):
        desk.draft()
    assert len(desk.notebook.statements) == 2


def test_what_a_listener_raises_ends_the_draft_and_is_not_taken_for_a_fault(desk: Desk) -> None:
    class Unwritable(Exception):
        pass

    def stated(statement: Any) -> None:
        raise Unwritable

    desk.notebook.stated = stated  # type: ignore[method-assign]
    with pytest.raises(Unwritable):
        desk.draft()
    assert len(desk.stand_in.requests) == 2


def test_a_request_that_cannot_be_recorded_is_not_sent(desk: Desk) -> None:
    def asking(request: Any) -> None:
        raise RuntimeError

    desk.notebook.asking = asking  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        desk.draft()
    assert desk.stand_in.requests == []


@pytest.mark.parametrize("after", [None, 0.5])
def test_a_workers_time_limit_is_not_taken_for_a_lost_connection(
    desk: Desk, after: float | None
) -> None:
    def limit(request: dict[str, Any]) -> httpx2.Response:
        if after is None:
            raise SoftTimeLimitExceeded
        return breaking(model_answer, after, SoftTimeLimitExceeded())(request)  # type: ignore[return-value]

    with pytest.raises(SoftTimeLimitExceeded):
        desk.draft(limit)
    assert len(desk.stand_in.requests) == 1


# --- What an error may carry ------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        failing(400, "invalid_request_error", f"bad: {NOTE}"),
        breaking(model_answer, 0.6, httpx2.ReadError(NOTE)),
        call("submit_draft", f'{{"statements": [{{"text": oops {NOTE}}}]}}'),
    ],
)
def test_an_error_carries_neither_the_key_nor_a_word_of_the_chart(desk: Desk, broken: Any) -> None:
    with pytest.raises(errors.ModelError) as raised:
        desk.draft(read_all, broken, broken, broken)
    told = "".join(traceback.format_exception(raised.value))
    told += repr(raised.value) + repr(pickle.dumps(raised.value)) + repr(vars(raised.value))
    for secret in ("sk-ant-secret-key", "tired", "Potassium", "chest pain"):
        assert secret not in told
    seen: BaseException | None = raised.value
    while seen is not None:
        assert type(seen).__module__.startswith("recommendations.")
        seen = seen.__context__ or seen.__cause__


def test_requests_do_not_follow_redirects_with_the_key(desk: Desk) -> None:
    def elsewhere(request: dict[str, Any]) -> httpx2.Response:
        return httpx2.Response(307, headers={"location": "https://elsewhere.invalid/v1/messages"})

    with pytest.raises(errors.ModelError):
        desk.draft(elsewhere, elsewhere, elsewhere)
    assert {headers["host"] for headers in desk.stand_in.headers} == {"model.invalid"}
