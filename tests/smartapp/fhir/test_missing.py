"""What a reading lacks is told, with why, and costs no other concept."""

import logging
import threading
import time

import httpx2
import pytest

from smartapp.fhir.results import Concept, Missing, Reason
from smartapp.fhir.vendors import Profile, load
from tests.smartapp.fhir.ehr import Ehr, bundle, fhir, issue, observation, outcome, reader
from tests.smartapp.fhir.readings import PATIENT, events, ids, labs, reasons

pytestmark = pytest.mark.django_db


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        (httpx2.Response(403), Reason.FORBIDDEN, "access_denied"),
        (outcome("forbidden", status=400), Reason.FORBIDDEN, "access_denied"),
        (httpx2.Response(404, content="<html>", headers=HTML), Reason.UNSUPPORTED, "not_found"),
        (httpx2.Response(400), Reason.FAILED, "request_refused"),
        (httpx2.Response(503), Reason.TIMED_OUT, "ehr_unavailable"),
        (httpx2.ConnectError("refused"), Reason.TIMED_OUT, "ehr_unavailable"),
        (httpx2.Response(429, headers={"Retry-After": "60"}), Reason.THROTTLED, "ehr_throttled"),
        (httpx2.Response(302, headers={"Location": "https://x"}), Reason.FAILED, "foreign_address"),
        (
            httpx2.Response(200, content="<html>", headers=HTML),
            Reason.UNREADABLE,
            "html_instead",
        ),
        (
            httpx2.Response(
                200, content="<Bundle/>", headers={"Content-Type": "application/fhir+xml"}
            ),
            Reason.UNREADABLE,
            "xml_instead",
        ),
        (
            httpx2.Response(
                200, content='{"resourceType": "Bun', headers={"Content-Type": "application/json"}
            ),
            Reason.UNREADABLE,
            "unreadable_response",
        ),
        (fhir([1]), Reason.UNREADABLE, "unreadable_response"),
        (fhir(PATIENT), Reason.UNREADABLE, "unreadable_response"),
        (fhir({"resourceType": "Bundle", "entry": {}}), Reason.UNREADABLE, "unreadable_response"),
        (fhir(issue("timeout")), Reason.TIMED_OUT, "ehr_unavailable"),
    ],
)
def test_a_failed_search_is_told_as_missing(answer, reason, code):
    result = labs(Ehr().on("Observation", answer), seconds=0.4)
    assert result.resources == ()
    assert reasons(result) == [(reason, code)]
    (event,) = events("fhir.incomplete")
    assert f"labs: {reason.value} ({code})" in event.detail_json


def test_one_concept_that_fails_leaves_the_others_whole():
    ehr = Ehr().on("Observation", httpx2.Response(403)).on("Condition", bundle())
    results = reader(ehr).read_all([Concept.LABS, Concept.PROBLEMS])
    assert not results[Concept.LABS].complete
    assert results[Concept.PROBLEMS].complete


def test_an_oversized_answer_is_unreadable():
    huge = bundle(observation(note=[{"text": "x" * (11 * 1024 * 1024)}]))
    assert reasons(labs(Ehr().on("Observation", huge))) == [
        (Reason.UNREADABLE, "response_too_large")
    ]


def test_what_epic_withholds_is_told_beside_what_it_gives():
    ehr = Ehr().on("Observation", bundle(issue("suppressed", "warning", "59204"), observation("a")))
    result = labs(ehr, profile="epic")
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.SUPPRESSED, "withheld")]


def test_epics_notice_of_an_empty_result_is_complete():
    ehr = Ehr().on("Observation", bundle(issue("not-found", "warning", "4101")))
    result = labs(ehr, profile="epic")
    assert result.complete
    assert result.resources == ()


def test_a_scope_not_granted_is_told_without_asking():
    ehr = Ehr()
    result = labs(ehr, scopes="patient/Condition.rs patient/Observation.r")
    assert reasons(result) == [(Reason.SCOPE_NOT_GRANTED, "Observation")]
    assert ehr.asked == []


@pytest.mark.parametrize("query", ["category=vital-signs", "category=laboratory&status=final"])
def test_a_scope_granted_in_part_is_asked_and_told(query):
    ehr = Ehr().on("Observation", bundle(observation("a")))
    result = labs(ehr, scopes=f"patient/Observation.rs?{query}")
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.SCOPE_NOT_GRANTED, "Observation")]


@pytest.mark.parametrize("system", ["", "http://hl7.org/observation-category|"])
def test_a_scope_granted_for_just_what_is_searched_leaves_nothing_missing(system):
    ehr = Ehr().on("Observation", bundle(observation("a")))
    result = labs(ehr, scopes=f"patient/Observation.rs?category={system}laboratory")
    assert ids(result) == ["a"]
    assert reasons(result) == []


def test_what_the_vendor_does_not_offer_is_told_without_asking():
    ehr = Ehr()
    content = load("generic").model_dump()
    content["concepts"]["labs"] = {"unsupported": "Not offered."}
    result = labs(ehr, profile=Profile.model_validate(content))
    assert reasons(result) == [(Reason.UNSUPPORTED, "vendor")]
    assert ehr.asked == []


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_does_not_come_in_time_is_told_and_still_ledgered(caplog):
    caplog.set_level(logging.INFO)
    go, answered = threading.Event(), threading.Event()

    def slow(request):
        if "Observation" in str(request.url):
            go.wait(20)
            answered.set()
        return bundle()

    results = reader(slow, seconds=1.0).read_all([Concept.LABS, Concept.PROBLEMS])
    assert not answered.is_set(), "it was not waited for"
    assert reasons(results[Concept.LABS]) == [(Reason.TIMED_OUT, "ehr_unavailable")]
    assert results[Concept.PROBLEMS].complete
    assert len(events("fhir.requested")) == 1
    go.set()
    for _ in range(200):
        if "late fhir request recorded" in caplog.text:
            break
        time.sleep(0.02)
    assert [event.code for event in events("fhir.requested")] == ["", "ehr_unavailable"]


def test_missing_holds_no_server_words():
    result = labs(Ehr().on("Observation", outcome("invalid")))
    assert result.missing == (Missing(Concept.LABS, Reason.FAILED, "request_refused"),)
