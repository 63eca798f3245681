"""One clinician, one ready draft, under the circumstances the launch's door would bind."""

from collections.abc import Iterator

import pytest

from audit import context
from recommendations.models import Draft
from smartapp.launch.doors import circumstances
from smartapp.models import Launch
from tests.recommendations import cast


@pytest.fixture
def launch(db: None) -> Iterator[Launch]:
    """The launch whose clinician decides."""
    row = cast.launch()
    with context.bind(**circumstances(row)):
        yield row


@pytest.fixture
def draft(launch: Launch) -> Draft:
    """A draft with a statement of every kind."""
    return cast.ready_draft(launch)
