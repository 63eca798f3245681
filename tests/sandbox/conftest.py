"""Signed-in FHIR clients of the running sandbox, one for each personality."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Sandbox
from tests.sandbox.hospital import HTTP, Client, sign_in

RUTH = "eQ81-774"
MANY_RESULTS = "eQ44-207"
# Tests write into this chart alone, so that no other test meets what they wrote.
WRITTEN = "eQ86-515"
OSEI = "Practitioner/eM5w-203"


@pytest.fixture(scope="session", autouse=True)
def _connections() -> Iterator[None]:
    yield
    HTTP.close()


@pytest.fixture(scope="session")
def ehr(sandbox: Sandbox) -> Callable[[str], Client]:
    """Return the client of a personality, signed in once on Ruth Halloway's chart."""
    held: dict[str, Client] = {}

    def client(personality: str) -> Client:
        if personality not in held:
            held[personality] = sign_in(sandbox, personality, RUTH, OSEI)
        return held[personality]

    return client


@pytest.fixture
def generic(ehr: Callable[[str], Client]) -> Client:
    """A user of the plain R4 hospital who may do everything."""
    return ehr("generic")


@pytest.fixture
def epic(ehr: Callable[[str], Client]) -> Client:
    """The same in the Epic-like hospital."""
    return ehr("epic")


@pytest.fixture
def oracle(ehr: Callable[[str], Client]) -> Client:
    """The same in the Oracle-like hospital."""
    return ehr("oracle")
