"""Against somebody else's idea of the API: ``llmock`` checks each request and breaks its answers."""

import json
from typing import Any

import pytest

from recommendations import agent
from recommendations.agent import errors
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD


@pytest.fixture
def mocked(desk: Desk, llmock: Any, settings: Any) -> Desk:
    settings.MODEL_BASE_URL = llmock.base_url("anthropic")
    llmock.tool_mode("off")
    return desk


def draft(desk: Desk) -> agent.DraftOutcome:
    return desk.ask()


def test_requests_are_accepted_and_a_draft_is_handed_in(mocked: Desk, llmock: Any) -> None:
    llmock.call_tool("labs", {}).call_tool("submit_draft", {"statements": [GOOD]})
    assert draft(mocked).statements == 1
    sent = json.loads(json.dumps(llmock.last_request.body))
    assert sent["messages"][-1]["content"][0]["type"] == "tool_result"


@pytest.mark.parametrize("fault", ["disconnect", "truncate", "corrupt"])
def test_a_broken_stream_is_asked_for_again(mocked: Desk, llmock: Any, fault: str) -> None:
    getattr(llmock, fault)(after_chunks=2)
    # The mock counts a faulty answer as given, so that the same one is scripted twice.
    llmock.call_tool("submit_draft", {"statements": [GOOD]}, times=2)
    assert draft(mocked).statements == 1
    assert len(llmock.requests) == 2


def test_an_unknown_tool_is_answered_and_the_draft_goes_on(mocked: Desk, llmock: Any) -> None:
    llmock.call_tool("delete_chart", {}).call_tool("submit_draft", {"statements": [GOOD]})
    assert draft(mocked).statements == 1
    assert mocked.notebook.reads == []


def test_an_outage_ends_after_three_tries(mocked: Desk, llmock: Any) -> None:
    llmock.outage(status=529)
    with pytest.raises(errors.ModelOverloaded):
        draft(mocked)
    assert len(llmock.requests) == 3


def test_a_model_that_only_talks_hands_in_nothing(mocked: Desk, llmock: Any) -> None:
    llmock.reply("Here is the note.", times=None)
    with pytest.raises(errors.NoAnswer):
        draft(mocked)
