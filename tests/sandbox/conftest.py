"""Signed-in FHIR clients of the running sandbox, one for each personality."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Sandbox, start_sandbox
from tests.sandbox.hospital import HTTP, Client, sign_in

RUTH = "eQ81-774"
MANY_RESULTS = "eQ44-207"
# Tests write into this chart alone, so that no other test meets what they wrote.
WRITTEN = "eQ86-515"
OSEI = "Practitioner/eM5w-203"
_SIGNED_IN_SECONDS = 240.0


@pytest.fixture(scope="session", autouse=True)
def _connections() -> Iterator[None]:
    yield
    HTTP.close()


@pytest.fixture(scope="module")
def hospital() -> Iterator[Sandbox]:
    """A hospital of the module's own: what is switched on in it no other test feels."""
    running, process = start_sandbox("http://localhost:8000")
    yield running
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="session")
def ehr(sandbox: Sandbox) -> Callable[[str], Client]:
    """Return the client of a personality, signed in on Ruth Halloway's chart.

    Signed in anew before its token dies: the shortest lives for less than a run of the tests.
    """
    held: dict[str, tuple[float, Client]] = {}

    def client(personality: str) -> Client:
        since, _ = held.get(personality, (float("-inf"), None))
        if time.monotonic() - since > _SIGNED_IN_SECONDS:
            held[personality] = (time.monotonic(), sign_in(sandbox, personality, RUTH, OSEI))
        return held[personality][1]

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
