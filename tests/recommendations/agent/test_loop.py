"""The conversation with the model, over the real SDK and a scripted transport."""

import json
from typing import Any

import httpx2

from recommendations.agent.prompts import newest
from recommendations.workflows.registry import DOCUMENTS
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD, call, read_all
from tests.recommendations.agent.stand_in import Answer, model_answer, streamed


def test_the_model_reads_and_hands_in_a_draft_of_what_it_read(desk: Desk) -> None:
    outcome = desk.draft()
    texts = [statement.text for statement in desk.notebook.statements]
    assert "Potassium 5.9 mmol/L on 17 Nov 2026." in texts
    assert outcome.statements == len(texts) >= 4
    assert outcome.usage["turns"] == 2
    assert outcome.usage["cache_read_tokens"] == 5200
    assert outcome.usage["tool_calls"] == len(desk.document.tools)
    assert outcome.versions["prompt"] == newest(DOCUMENTS["progress_note"]).version


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
    assert len(found) == 17  # the answer, a statement, fifteen kinds of claim
    assert all(each["properties"] and each["additionalProperties"] is False for each in found)
    assert all("kind" in each["required"] for each in submit_schema["$defs"].values())


def test_instructions_and_tools_are_the_same_in_every_request_and_marked_for_the_cache(
    desk: Desk,
) -> None:
    desk.draft()
    first, second = desk.stand_in.requests
    assert (first["system"], first["tools"]) == (second["system"], second["tools"])
    assert first["system"][-1]["cache_control"] == {"type": "ephemeral"}
    assert first["tools"][-1]["cache_control"] == {"type": "ephemeral"}
    for request in (first, second):
        marked = [b for m in request["messages"] for b in m["content"] if "cache_control" in b]
        ours = [m for m in request["messages"] if m["role"] == "user"]
        assert marked == [message["content"][-1] for message in ours]


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
