"""Waiting for SQLite's one writer: again and again, and not for ever."""

import pytest
from django.db import IntegrityError, OperationalError, connection

from smartapp.events.patience import patiently

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has one writer"),
]
assert connection  # named in the mark above


def failing(times: int, error: type[Exception] = OperationalError) -> tuple[object, list[int]]:
    tries: list[int] = []

    def act() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise error
        return "done"

    return act, tries


def test_a_busy_database_is_tried_until_it_has_its_turn() -> None:
    act, tries = failing(20)
    assert patiently(act, seconds=10) == "done"
    assert len(tries) == 21


def test_patience_ends() -> None:
    act, tries = failing(10**9)
    with pytest.raises(OperationalError):
        patiently(act, seconds=0.05)
    assert len(tries) > 1


def test_what_does_not_pass_is_not_tried_again() -> None:
    act, tries = failing(1, IntegrityError)
    with pytest.raises(IntegrityError):
        patiently(act, seconds=10)
    assert tries == [0]
