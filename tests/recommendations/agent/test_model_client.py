"""One client per process, none shared with a child."""

import os
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from recommendations.agent import model_client
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.stand_in import Answer, streamed, tool_use


def test_a_process_keeps_one_client(desk: Desk) -> None:
    desk.settings.MODEL_TRANSPORT_FACTORY = desk.stand_in.transport
    assert model_client.client() is model_client.client()


def test_a_forked_child_makes_a_client_of_its_own(desk: Desk) -> None:
    desk.settings.MODEL_TRANSPORT_FACTORY = desk.stand_in.transport
    parents = model_client.client()
    child = os.fork()
    if child == 0:
        os._exit(0 if model_client.client() is not parents else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert model_client.client() is parents


def test_a_new_key_makes_a_new_client(desk: Desk) -> None:
    desk.settings.MODEL_TRANSPORT_FACTORY = desk.stand_in.transport
    before = model_client.client()
    desk.settings.MODEL_API_KEY = "sk-ant-another"
    assert model_client.client() is not before


def test_the_sdk_neither_retries_nor_reads_the_environment(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://elsewhere.invalid")
    desk.settings.MODEL_TRANSPORT_FACTORY = desk.stand_in.transport
    made = model_client.client()
    assert made.max_retries == 0
    assert str(made.base_url).startswith("https://model.invalid")
    desk.draft()
    assert {headers["host"] for headers in desk.stand_in.headers} == {"model.invalid"}


# --- Whose time it is ----------------------------------------------------------------------------


def _told(desk: Desk, *, pace: float, work: float) -> tuple[float, float]:
    """Seconds of the model's and seconds in all, of an answer at a pace, with work at each event.

    The work follows the API's own event, with which another of the SDK's comes at once.
    """
    answer = Answer([tool_use("labs", {"since": "2026-01-01", "limit": 5})], piece=4)

    def paced(request: dict[str, Any]) -> httpx2.Response:
        def events() -> Iterator[bytes]:
            began = time.monotonic()
            for place, event in enumerate(answer.events(request)):
                # Written whether or not the last one was read, as a server does.
                if (early := began + place * pace - time.monotonic()) > 0:
                    time.sleep(early)
                yield event

        return streamed(events())

    desk.stand_in.script = [paced]
    desk.settings.MODEL_TRANSPORT_FACTORY = desk.stand_in.transport
    request = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
    started = time.monotonic()
    answering = model_client.Answering(request, deadline=started + 20, should_stop=lambda: False)
    with answering:
        for event in answering:
            if event.type == "content_block_delta":
                time.sleep(work)
        return answering.waited, time.monotonic() - started


@pytest.mark.alone
def test_what_is_done_while_the_model_still_writes_is_not_counted_as_ours(desk: Desk) -> None:
    models, total = _told(desk, pace=0.05, work=0.03)
    assert total - models < 0.15  # some ten pieces were worked on, for 0.3 s in all


@pytest.mark.parametrize("pace", [0, 0.001])
def test_what_the_model_does_not_cover_is_ours(desk: Desk, pace: float) -> None:
    # A busy machine may make an event look waited for; not three times in a row at the end.
    found = [_told(desk, pace=pace, work=0.03) for _ in range(3)]
    assert max(total - models for models, total in found) > 0.2
