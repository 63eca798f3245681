"""What does not hold goes back to the model: once, with the reason, and no failure of that ends
a draft that was handed in."""

import json
from dataclasses import replace
from typing import Any

import pytest

from recommendations import agent
from recommendations.agent import errors, exchange, mending
from recommendations.workflows.documents import Choice, Option
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD, call, read_all, say, submit
from tests.recommendations.agent.stand_in import Answer, breaking, failing, tool_use

WRONG = json.loads(json.dumps(GOOD).replace("5.9", "9.5"))
OTHER = json.loads(json.dumps(GOOD).replace("5.9", "6.6"))


def second(number: int, statement: Any) -> bool:
    return number == 1


def back(*statements: dict[str, Any], withdrawn: list[Any] | None = None) -> Any:
    """A script entry: replacements, and numbers that are withdrawn."""
    given: dict[str, Any] = {"statements": list(statements)}
    return call("submit_draft", given if withdrawn is None else {**given, "withdrawn": withdrawn})


def replacing(number: int, statement: dict[str, Any] = OTHER) -> dict[str, Any]:
    return {"replaces": number, **statement}


def unmarked(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A message's blocks without their marks for the cache."""
    return [{k: v for k, v in b.items() if k != "cache_control"} for b in message["content"]]


def texts(desk: Desk) -> list[str]:
    return [statement.text for statement in desk.notebook.statements]


def test_a_draft_that_holds_is_not_asked_about(desk: Desk) -> None:
    desk.draft(read_all, submit(GOOD))
    assert len(desk.stand_in.requests) == 2
    assert desk.notebook.came == []


def test_what_does_not_hold_goes_back_with_its_number_and_the_reason(desk: Desk) -> None:
    desk.notebook.doubtful = second
    outcome = desk.draft(read_all, submit(GOOD, WRONG), back(replacing(1)))
    before, now = desk.stand_in.requests[1:]
    talk = [dict(message, content=unmarked(message)) for message in now["messages"]]
    assert talk[:-2] == [dict(each, content=unmarked(each)) for each in before["messages"]]
    assert (now["system"], now["tools"]) == (before["system"], before["tools"])
    handed_in, sent = now["messages"][-2:]
    [use] = [block for block in handed_in["content"] if block["type"] == "tool_use"]
    [result] = sent["content"]
    assert result["tool_use_id"] == use["id"]
    told = json.loads(result["content"].split('"verification">')[1].split("</chart_data>")[0])
    why = [{"words": "Says 5.9; the chart says 4.9.", "fact": "lab2"}]
    assert told == [
        {
            "number": 1,
            "section": "objective",
            "text": WRONG["text"],
            "found": "contradicted",
            "why": why,
        }
    ]
    [(found, code)] = desk.notebook.came
    assert [(each.number, each.statement.text) for each in found if each.statement] == [
        (1, OTHER["text"])
    ]
    assert code == ""
    assert outcome.statements == 2
    assert outcome.usage["turns"] == 3
    assert desk.notebook.order[-4:] == ["sent_back", "asking", "answered", "came_back"]


def test_it_goes_back_once_whatever_comes(desk: Desk) -> None:
    desk.notebook.doubtful = lambda number, statement: True
    desk.draft(read_all, submit(GOOD, WRONG), back(replacing(0), replacing(1)))
    assert len(desk.stand_in.requests) == 3


def test_a_statement_may_be_withdrawn(desk: Desk) -> None:
    desk.notebook.doubtful = second
    desk.draft(read_all, submit(GOOD, WRONG), back(withdrawn=[1]))
    [(found, code)] = desk.notebook.came
    assert [(each.number, each.statement) for each in found] == [(1, None)]
    assert code == ""


@pytest.mark.parametrize(
    "given",
    [
        back(),
        back(replacing(0)),  # that one stands
        back(OTHER),  # for none
        back(replacing(True)),  # type: ignore[arg-type]
        back(replacing(1, WRONG)),  # the same words again
        back({"replaces": 1, "section": "nowhere", "text": "So.", "claims": GOOD["claims"]}),
        back(replacing(1, {**OTHER, "text": "See https://evil.example now."})),
        back(withdrawn=[0, 7, "1", None]),
        call("submit_draft", {"statements": ["no statement"]}),
    ],
)
def test_what_is_for_no_open_statement_or_unusable_changes_nothing(desk: Desk, given: Any) -> None:
    desk.notebook.doubtful = second
    desk.draft(read_all, submit(GOOD, WRONG), given)
    assert desk.notebook.came == [((), "")]
    assert texts(desk) == [GOOD["text"], WRONG["text"]]


def test_of_two_replacements_for_one_statement_the_first_counts(desk: Desk) -> None:
    desk.notebook.doubtful = second
    desk.draft(read_all, submit(GOOD, WRONG), back(replacing(1), replacing(1, GOOD), withdrawn=[1]))
    [(found, _)] = desk.notebook.came
    assert [each.statement.text for each in found if each.statement] == [OTHER["text"]]


def test_a_replacement_stays_in_the_section_of_what_it_replaces(desk: Desk) -> None:
    desk.notebook.doubtful = second
    moved = {**OTHER, "section": "plan"}
    desk.draft(read_all, submit(GOOD, WRONG), back(replacing(1, moved)))
    [(found, _)] = desk.notebook.came
    assert found[0].statement is not None
    assert found[0].statement.section == "objective"


def test_what_was_chosen_with_the_draft_is_said_again_and_stays_as_chosen(desk: Desk) -> None:
    days, hours = Option("days", "Within days."), Option("hours", "Within hours.")
    choice = Choice("urgency", "How soon?", (days, hours))
    desk.document = replace(desk.document, choices=(choice,))
    desk.notebook.doubtful = second
    desk.draft(
        read_all,
        call("submit_draft", {"urgency": "hours", "statements": [GOOD, WRONG]}),
        call("submit_draft", {"urgency": "days", "statements": [replacing(1)]}),
    )
    [(found, code)] = desk.notebook.came
    assert (len(found), code) == (1, "")
    assert desk.notebook.chosen == {"urgency": "hours"}


CUT = breaking(back(replacing(1)), 0.6)
FAILURES = [
    ([failing(529, "overloaded_error")] * 3, "model_overloaded"),
    ([failing(400, "invalid_request_error")], "request_rejected"),
    ([CUT] * 3, "stream_broken"),
    ([lambda _: Answer([tool_use("submit_draft", {"statements": []})], "refusal")],
     "model_refused"),
    ([lambda _: Answer([tool_use("submit_draft", '{"statements": [')], "max_tokens")],
     "answer_cut_off"),
    ([say("I stand by it.", "end_turn")], "no_answer"),
    ([call("labs", {})], "no_answer"),
    ([call("submit_draft", {"other": []})] * 3, "answer_malformed"),
    ([call("submit_draft", {"statements": {}})] * 3, "answer_malformed"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "code"), FAILURES, ids=[code for _, code in FAILURES])
def test_however_the_second_answer_fails_the_draft_stands_as_it_is_marked(
    desk: Desk, script: list[Any], code: str
) -> None:
    desk.notebook.doubtful = second
    outcome = desk.draft(read_all, submit(GOOD, WRONG), *script)
    assert desk.notebook.came == [((), code)]
    assert desk.notebook.discards == []
    assert texts(desk) == [GOOD["text"], WRONG["text"]]
    assert outcome.statements == 2
    assert len(desk.stand_in.requests) == 2 + len(script)


def test_an_answer_that_breaks_off_is_asked_for_again_and_told_once(desk: Desk) -> None:
    desk.notebook.doubtful = second
    desk.draft(read_all, submit(GOOD, WRONG), CUT, back(replacing(1)))
    [(found, code)] = desk.notebook.came
    assert (len(found), code) == (1, "")
    assert len(desk.notebook.sent) == 1


@pytest.mark.parametrize(
    ("budget", "code"),
    [
        (agent.Budget(2, 24, 8000, 24000, 20), "budget_spent"),  # no turn is left
        (agent.Budget(6, 24, 8000, 12, 20), "budget_spent"),  # nor are tokens
        (agent.Budget(6, 24, 8000, 24000, mending.LEAST_SECONDS - 1), "deadline_passed"),
    ],
)
def test_where_turns_tokens_or_time_are_short_nobody_is_asked(
    desk: Desk, budget: agent.Budget, code: str
) -> None:
    desk.budget = budget
    desk.notebook.doubtful = second
    desk.draft(read_all, submit(GOOD, WRONG))
    assert len(desk.stand_in.requests) == 2
    assert desk.notebook.came == [((), code)]
    assert desk.notebook.sent == []


def test_the_second_answer_has_its_own_end_within_the_drafts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "MOST_SECONDS", 0.5)
    monkeypatch.setattr(mending, "LEAST_SECONDS", 0.1)
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 5.0)
    desk.notebook.doubtful = second
    desk.draft(read_all, submit(GOOD, WRONG), failing(529, "overloaded_error"))
    assert desk.notebook.came == [((), "model_overloaded")]  # no pause of five seconds


def test_an_answer_that_repeats_the_instructions_mark_ends_the_model_s_draft(desk: Desk) -> None:
    def repeats(request: dict[str, Any]) -> Answer:
        mark = request["system"][0]["text"].rsplit("[", 1)[1].rstrip("]")
        return Answer([tool_use("submit_draft", {"statements": [], "withdrawn": [mark]})])

    desk.notebook.doubtful = second
    with pytest.raises(errors.AnswerUnsafe):
        desk.draft(read_all, submit(GOOD, WRONG), repeats)


def test_being_told_to_stop_stops_the_second_look_too(desk: Desk) -> None:
    desk.notebook.doubtful = second
    desk.notebook.stop = lambda: bool(desk.notebook.sent)
    with pytest.raises(errors.Stopped):
        desk.draft(read_all, submit(GOOD, WRONG), back(replacing(1)))
    assert desk.notebook.came == []


def test_words_of_the_chart_among_the_reasons_cannot_close_their_tags(desk: Desk) -> None:
    desk.notebook.doubtful = second
    sly = {**WRONG, "text": "Potassium <9.5 mmol/L on 17 Nov 2026."}
    desk.draft(read_all, submit(GOOD, sly), back())
    result = desk.stand_in.requests[-1]["messages"][-1]["content"][0]["content"]
    assert result.count("<") == 2
    assert "\\u003c9.5" in result
