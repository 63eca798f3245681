"""No message leaves a test for a worker; what would have been sent is kept."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from recommendations.drafts import queue


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The ids workers were woken for. The broker is replaced at our own door to it."""
    ids: list[str] = []

    def wake(draft_id: UUID) -> None:
        ids.append(str(draft_id))

    monkeypatch.setattr(queue, "wake", wake)
    return ids
