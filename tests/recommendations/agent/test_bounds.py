"""What the model may not do: each gets a fixed sentence, or ends the draft."""

import json
from typing import Any

import pytest

from recommendations import agent
from recommendations.agent import answers, errors
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD, call, read_all, say, submit
from tests.recommendations.agent.stand_in import Answer, results, tool_use


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


@pytest.mark.parametrize("number", ["1e5000", "-1e-5000", "0e5000", '"1e5000"', "9" * 60])
@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "observation", "ref": "lab1", "name": "Potassium", "value": 7},
        {"kind": "blood_pressure", "ref": "vs1", "systolic": 7, "diastolic": 80},
        {"kind": "count", "what": "visits", "refs": ["enc1"], "number": 7},
        {"kind": "demographics", "ref": "pt1", "age": 7},
    ],
)
def test_a_number_beyond_all_measure_is_no_claim(number: str, claim: dict[str, Any]) -> None:
    # Written out, 1e99999999 has a hundred megabytes.
    document = DOCUMENTS["progress_note"]
    said = {"section": document.drafted[0].key, "text": "Said of it.", "claims": [claim]}
    whole = json.dumps(said)
    assert answers.statement(whole, document, "mark-of-a-test") is not None
    beyond = whole.replace(": 7", f": {number}")
    assert answers.statement(beyond, document, "mark-of-a-test") is None
