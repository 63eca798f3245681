"""One client per process, none shared with a child."""

import os
from typing import Any

from recommendations.agent import model_client
from tests.recommendations.agent.conftest import Desk


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
