"""A launch with a draft, and one that was signed."""

import pytest

from recommendations.decisions import signing
from tests.recommendations import cast
from tests.recommendations.decisions.sent import decide_all, to_sign


@pytest.fixture
def launch(db):
    """The launch of the browser."""
    return cast.launch()


@pytest.fixture
def draft(launch):
    """A draft with a statement of every kind."""
    return cast.ready_draft(launch)


@pytest.fixture
def note(draft):
    """The same, signed."""
    decide_all(draft)
    return signing.sign(**to_sign(draft))


@pytest.fixture
def browser(launch):
    """A browser that came through the EHR."""
    return cast.browser(launch)
