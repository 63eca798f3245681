"""Time, being stopped, and what an error may carry."""

import pickle
import traceback
from typing import Any

import httpx2
import pytest
from celery.exceptions import SoftTimeLimitExceeded

from recommendations.agent import errors
from tests.recommendations.agent.chart import NOTE
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import call, read_all
from tests.recommendations.agent.stand_in import breaking, failing, model_answer

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
