"""What a launch's first look costs: no fallback, and no more requests after one another than due."""

from collections import Counter

import pytest

from audit.models import AuditEvent
from smartapp.fhir.read_ahead import FIRST_LOOK
from smartapp.fhir.vendors import load
from tests.conftest import Sandbox
from tests.smartapp.conformance import asking
from tests.smartapp.conformance.asking import STORIES
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("personality", VENDORS)
def test_each_concept_of_a_first_look_is_asked_for_once(sandbox: Sandbox, personality: str) -> None:
    reader = asking.reader_of(sandbox, personality, STORIES["halloway"], load(VENDORS[personality]))
    results = reader.read_all(FIRST_LOOK)
    assert all(result.resources for result in results.values())
    assert not any(result.fallbacks for result in results.values())
    rows = AuditEvent.objects.filter(type="fhir.requested")
    paths = Counter(row.detail["path"] for row in rows)
    pages = 2 if personality == "oracle" else 1  # Oracle's pages of results hold 200, not 214
    assert paths.pop("Observation") == 1 + pages
    assert set(paths.values()) == {1}
    assert paths.total() == len(FIRST_LOOK) - 2
