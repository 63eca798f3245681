"""The same over a real socket: what only a network can do to an answer."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from recommendations import agent
from recommendations.agent import errors, model_client
from tests.recommendations.agent.conftest import Desk
from tests.stand_in_model import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.control.pace_ms = 0
        yield running


@pytest.fixture
def wired(desk: Desk, server: Server, settings: Any) -> Desk:
    settings.MODEL_BASE_URL = server.url
    return desk


def draft(desk: Desk) -> agent.DraftOutcome:
    return desk.ask()


def test_a_draft_over_http(wired: Desk, server: Server) -> None:
    assert draft(wired).statements >= 4
    assert wired.notebook.answers[-1].request_id == "req_standin_2"


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("truncate", "stream_broken"),
        ("no_stop", "stream_broken"),
        ("reset", "stream_broken"),
        ("malformed_sse", "stream_broken"),
        ("cut_tool_json", "answer_malformed"),
        ("bad_tool_json", "stream_broken"),
        ("overloaded_midway", "model_overloaded"),
        ("overloaded", "model_overloaded"),
        ("unavailable", "model_unavailable"),
    ],
)
def test_a_fault_on_the_wire_is_tried_again(
    wired: Desk, server: Server, mode: str, code: str
) -> None:
    server.control.set({"mode": mode, "times": 1, "pace_ms": 0})
    assert draft(wired).statements == len(wired.notebook.statements)
    assert code in [answer.code for answer in wired.notebook.answers]
    assert server.control.requests == 3


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("refusal", errors.ModelRefused),
        ("max_tokens", errors.AnswerCutOff),
        ("unknown_stop", errors.UnexpectedStop),
        ("throttled_for_a_day", errors.ModelThrottled),
        ("unauthorized", errors.CredentialsRejected),
        ("too_long", errors.ContextTooLong),
        ("html", errors.ModelUnavailable),
    ],
)
def test_a_failure_ends_in_its_own_error(
    wired: Desk, server: Server, mode: str, kind: type[errors.ModelError]
) -> None:
    server.control.set({"mode": mode, "pace_ms": 0})
    with pytest.raises(kind):
        draft(wired)


def test_a_silent_answer_is_a_broken_one(
    wired: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_client, "SILENCE_SECONDS", 0.3)
    server.control.set({"mode": "stall", "times": 1, "pace_ms": 0})
    assert draft(wired).statements >= 4
    assert wired.notebook.answers[1].code == "stream_broken"


@pytest.mark.parametrize("mode", ["pings", "stall"])
def test_the_deadline_holds_whatever_the_server_does(
    wired: Desk, server: Server, mode: str
) -> None:
    wired.budget = agent.Budget(6, 24, 8000, 24000, 1.0)
    server.control.set({"mode": mode, "pace_ms": 20})
    started = time.monotonic()
    with pytest.raises(errors.DeadlinePassed):
        draft(wired)
    assert time.monotonic() - started < 3


def test_being_stopped_ends_an_answer_of_nothing_but_pings(wired: Desk, server: Server) -> None:
    server.control.set({"mode": "pings", "pace_ms": 20})
    started = time.monotonic()
    wired.notebook.stop = lambda: time.monotonic() - started > 1.5
    with pytest.raises(errors.Stopped):
        draft(wired)
    assert time.monotonic() - started < 4


def test_nobody_listening_is_a_model_that_cannot_be_reached(desk: Desk, settings: Any) -> None:
    settings.MODEL_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(errors.ModelUnavailable):
        draft(desk)


@pytest.mark.alone
@pytest.mark.parametrize(("pace_ms", "hidden"), [(20, True), (0, False)])
def test_what_is_done_while_the_model_still_writes_is_in_the_models_time(
    wired: Desk, server: Server, pace_ms: int, hidden: bool
) -> None:
    server.control.set({"pace_ms": pace_ms})
    worked: list[float] = []

    def tick() -> None:
        worked.append(_slept(0.004))

    wired.notebook.tick = tick  # type: ignore[method-assign]
    started = time.monotonic()
    outcome = draft(wired)
    own = time.monotonic() - started - outcome.usage["model_ms"] / 1000
    assert len(worked) > 50
    assert (own < sum(worked) / 2) is hidden


def _slept(seconds: float) -> float:
    started = time.monotonic()
    time.sleep(seconds)
    return time.monotonic() - started
