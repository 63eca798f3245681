"""A search over its pages: followed to its end or to its bound, and never abroad."""

import pytest

from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.vendors import load
from tests.smartapp.fhir.ehr import BASE, Ehr, bundle, observation, outcome
from tests.smartapp.fhir.readings import events, ids, labs, reasons

pytestmark = pytest.mark.django_db


def test_pages_are_followed_by_relative_and_absolute_links():
    ehr = Ehr()
    ehr.on("Observation", bundle(observation("a"), next_link="Observation?sessionID=2"))
    ehr.on("Observation?sessionID=2", bundle(observation("b"), next_link=f"{BASE}?_getpages=3"))
    ehr.answers[f"{BASE}?_getpages=3"] = [bundle(observation("c"))]
    result = labs(ehr)
    assert ids(result) == ["a", "b", "c"]
    assert result.complete


def test_more_pages_than_the_bound_are_told_as_cut_off():
    ehr = Ehr()
    for page in range(1, 9):
        path = "Observation" if page == 1 else f"Observation?page={page}"
        ehr.on(
            path,
            bundle(observation(f"o{page}"), next_link=f"Observation?page={page + 1}", total=800),
        )
    result = labs(ehr)
    assert len(ehr.asked) == load("generic").concepts[Concept.LABS].max_pages
    assert reasons(result) == [(Reason.CUT_OFF, "more_pages")]
    assert result.total == 800


def test_epics_total_of_a_page_is_not_taken_for_the_whole():
    result = labs(Ehr().on("Observation", bundle(observation(), total=1)), profile="epic")
    assert result.total is None


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/fhir/R4/Observation?page=2",
        "https://ehr.example/elsewhere",
        "http://ehr.example/fhir/R4/Observation?page=2",
        "//evil.example/fhir/R4/Observation",
    ],
)
def test_a_foreign_next_link_is_not_followed_and_the_token_stays(link):
    ehr = Ehr().on("Observation", bundle(observation("a"), next_link=link))
    result = labs(ehr)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.CUT_OFF, "foreign_address")]
    assert len(ehr.asked) == 1
    (event,) = events("fhir.foreign_address")
    assert '"next link"' in event.detail_json
    assert "evil" not in event.detail_json


def test_a_next_link_that_leads_back_ends_the_reading():
    ehr = Ehr()
    ehr.on("Observation", bundle(observation("a"), next_link="Observation?page=2"))
    ehr.on("Observation?page=2", bundle(observation("b"), next_link="Observation?page=2"))
    result = labs(ehr)
    assert ids(result) == ["a", "b"]
    assert reasons(result) == [(Reason.CUT_OFF, "circular_next")]


def test_pages_read_before_one_failed_are_kept():
    ehr = Ehr()
    ehr.on("Observation", bundle(observation("a"), next_link="Observation?page=2"))
    ehr.on("Observation?page=2", outcome("expired", status=400, number="4113"))
    result = labs(ehr)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.CUT_OFF, "request_refused")]
    assert ehr.paths[2:4] == ehr.paths[:2]  # begun anew, once
