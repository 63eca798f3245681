"""Pages that the EHR no longer has when they are asked for."""

import httpx2
import pytest

from smartapp.fhir.results import Concept, Missing, Reason
from smartapp.fhir.transport import keeper
from tests.smartapp.fhir.ehr import BASE, PATIENT, Ehr, bundle, observation, outcome
from tests.smartapp.fhir.readings import ids, labs
from tests.smartapp.fhir.test_pages import pages_of, query

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("gone", [outcome("expired", number="4113"), httpx2.Response(410)])
def test_a_page_that_expired_is_read_from_the_beginning(gone):
    ehr = Ehr()
    first = bundle(observation("a"), next_link="Observation?page=2")
    ehr.on("Observation", first, bundle(observation("a"), next_link="Observation?page=3"))
    ehr.on("Observation?page=2", gone).on("Observation?page=3", bundle(observation("b")))
    result = labs(ehr)
    assert ids(result) == ["a", "b"]
    assert result.complete


def test_a_kept_first_page_is_not_where_a_reading_begins_anew():
    ehr, own = Ehr(), f"{BASE}|kept|{PATIENT}"
    first = bundle(observation("a"), next_link="Observation?page=2")
    ehr.on("Observation", first, bundle(observation("a"), next_link="Observation?page=3"))
    ehr.on("Observation?page=2", httpx2.Response(503), outcome("expired", number="4113"))
    ehr.on("Observation?page=3", bundle(observation("b")))
    assert not labs(ehr, seconds=0.4, cache_seconds=60, scope=own).complete
    keeper.afterwards(lambda: None).result()
    result = labs(ehr, cache_seconds=60, scope=own)
    assert ids(result) == ["a", "b"]
    assert result.complete


def test_where_a_page_is_gone_again_the_profiles_other_way_is_taken():
    ehr = Ehr()
    ehr.on("Observation?page=2", outcome("expired", status=400))
    ehr.on(
        "Observation",
        lambda request: (
            bundle(observation("a"), next_link="Observation?page=2")
            if "_sort" in request.url.params
            else bundle(observation("a"), observation("b"))
        ),
    )
    result = labs(ehr)
    assert ids(result) == ["a", "b"]
    assert result.complete
    assert [each.because for each in result.fallbacks] == ["refused"]


def test_by_night_an_expired_page_is_read_from_the_beginning_once():
    ehr = Ehr()
    first = bundle(observation("a"), next_link="Observation?page=2")
    ehr.on("Observation", first, bundle(observation("a"), next_link="Observation?page=3"))
    ehr.on("Observation?page=2", outcome("expired", status=400, number="4113"))
    ehr.on("Observation?page=3", bundle(observation("b")))
    parts = list(pages_of(ehr).read(query()))
    assert [each.id for part in parts for each in part.resources] == ["a", "a", "b"]
    assert not any(part.missing for part in parts)


def test_by_night_a_page_that_is_gone_again_is_told():
    ehr = Ehr().on("Observation", bundle(observation("a"), next_link="Observation?page=2"))
    ehr.on("Observation?page=2", httpx2.Response(410))
    parts = list(pages_of(ehr).read(query()))
    assert parts[-1].missing == [Missing(Concept.LABS, Reason.CUT_OFF, "not_found")]
    assert len(ehr.asked) == 4
