"""What many threads can see, and whether one waited for another."""

import time
from types import SimpleNamespace

import pytest

from smartapp.models import Ehr
from smartapp.tokens import turns


@pytest.fixture
def committed(transactional_db: None, ehr: Ehr) -> Ehr:
    """The EHR, visible to other threads."""
    return ehr


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which somebody would have waited until another has renewed the token."""
    seconds: list[float] = []
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=seconds.append)
    monkeypatch.setattr(turns, "time", clock)
    return seconds
