"""A browser inside one launch, and a chart behind the reader's own door."""

from collections.abc import Iterator

import pytest
from django.test import Client

from recommendations.drafts import queue
from recommendations.models import Draft
from smartapp.fhir import read_ahead
from smartapp.fhir.transport import keeper
from smartapp.models import Launch
from tests.recommendations import cast
from tests.recommendations.charts import ChartReader


@pytest.fixture
def launch(db: None) -> Launch:
    """The launch of the browser."""
    return cast.launch()


@pytest.fixture
def draft(launch: Launch) -> Draft:
    """A draft with a statement of every kind."""
    return cast.ready_draft(launch)


@pytest.fixture
def browser(launch: Launch) -> Client:
    """A browser that came through the EHR."""
    return cast.browser(launch)


@pytest.fixture(autouse=True)
def ehr(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChartReader]:
    """What the EHR holds; a test may put other resources into it."""
    held = cast.reader()
    monkeypatch.setattr(read_ahead, "reader_for", lambda launch, **_: held)
    monkeypatch.setattr(queue, "wake", lambda draft_id: None)
    yield held
    keeper.afterwards(lambda: None).result(timeout=5)
