"""Fixtures of the reader's tests."""

from collections.abc import Iterator

import pytest

from smartapp.fhir.transport import wire
from tests.smartapp.fhir.scripted import Clock


@pytest.fixture(scope="session", autouse=True)
def _connections() -> Iterator[None]:
    """Close the connections that the tests kept alive."""
    yield
    wire.close_all()


@pytest.fixture
def clock() -> Clock:
    """Time that passes only when somebody sleeps."""
    return Clock()
