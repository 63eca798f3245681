"""No message leaves a test for a worker; what would have been sent is kept."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from recommendations.drafts import queue
from smartapp.fhir.transport import keeper


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The ids workers were woken for. The broker is replaced at our own door to it."""
    ids: list[str] = []

    def wake(draft_id: UUID) -> None:
        ids.append(str(draft_id))

    monkeypatch.setattr(queue, "wake", wake)
    yield ids
    called()


def called() -> None:
    """Wait until all are called that are to be called once the chart is kept."""
    keeper.afterwards(lambda: None).result(timeout=5)
