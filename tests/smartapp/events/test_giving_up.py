"""A sender that no longer waits costs the others nothing."""

from uuid import uuid4

import pytest

from smartapp.events.counter import Counter, Posted
from smartapp.events.errors import NotificationRefused


class Still(Counter):
    """Does nothing by itself."""

    def _run(self) -> None:
        pass


@pytest.mark.django_db
def test_others_of_a_batch_are_answered_when_one_gives_up() -> None:
    still = Still()
    gone, waiting = (Posted(uuid4(), {}, b"", lambda: "", refused="not_json") for _ in range(2))
    for each in (gone, waiting):
        still.take(each)
    gone.outcome.cancel()
    still._serve([gone, waiting])
    outcome = waiting.outcome.result(timeout=0)
    assert isinstance(outcome, NotificationRefused)
    assert outcome.code == "not_json"
