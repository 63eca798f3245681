"""The reader over the whole transport stack, with a scripted EHR on the wire."""

import threading

import httpx2
import pytest

from audit.errors import LedgerUnavailable
from smartapp.fhir import rounds
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.results import Concept, Reason
from tests.smartapp.fhir.ehr import Ehr, Tokens, bundle, fhir, observation, reader
from tests.smartapp.fhir.readings import PATIENT, events, ids, labs, reasons

pytestmark = pytest.mark.django_db


# --- what is read -----------------------------------------------------------------------------


def test_a_whole_answer_is_complete():
    result = labs(Ehr().on("Observation", bundle(observation("a"), observation("b"), total=2)))
    assert ids(result) == ["a", "b"]
    assert result.complete
    assert result.total == 2
    assert result.read_at is not None


def test_an_empty_answer_is_complete():
    result = labs(Ehr().on("Observation", bundle()))
    assert result.complete
    assert result.resources == ()


def test_the_patient_is_read_by_id():
    ehr = Ehr().on("Patient/p1", fhir(PATIENT))
    assert ids(reader(ehr).patient()) == ["p1"]


def test_observations_are_narrowed_by_code():
    ehr = Ehr().on("Observation", bundle(observation()))
    reader(ehr).observations(category="vital-signs", codes=["85354-9"])
    assert "category=vital-signs" in ehr.paths[0]
    assert "code=85354-9" in ehr.paths[0]


def test_every_request_carries_the_token_and_the_vendors_accept_header():
    ehr = Ehr()
    reader(ehr, profile="epic").read(Concept.LABS)
    assert ehr.sent_tokens() == ["Bearer token-1"]
    assert ehr.asked[0].headers["accept"] == "application/fhir+json"


def test_concepts_are_read_in_parallel():
    asked, all_asked = set(), threading.Event()

    def waiting(request):
        asked.add(str(request.url))
        if len(asked) >= len(concepts):
            all_asked.set()
        assert all_asked.wait(10), "all of them are asked before the first has its answer"
        return fhir(PATIENT) if request.url.path.endswith("/Patient/p1") else bundle()

    concepts = [
        Concept.PATIENT,
        Concept.PROBLEMS,
        Concept.MEDICATIONS,
        Concept.ALLERGIES,
        Concept.LABS,
        Concept.VITALS,
        Concept.NOTES,
        Concept.ENCOUNTERS,
    ]
    results = reader(waiting).read_all(concepts)
    assert all(results[concept].complete for concept in concepts)


def test_who_asks_is_told_when_all_requests_have_left_and_none_is_answered():
    answers, left = threading.Event(), []

    def waiting(request):
        left.append(request.url.path)
        assert answers.wait(10)
        return fhir(PATIENT) if request.url.path.endswith("/Patient/p1") else bundle()

    told = []

    def when_asked():
        told.append(len(left))
        answers.set()

    concepts = [Concept.PATIENT, Concept.LABS, Concept.ALLERGIES]
    reader(waiting).read_all(concepts, when_asked=when_asked)
    assert told == [len(left)]


def test_requests_that_do_not_leave_keep_nobody_waiting():
    told = []
    reader(lambda _request: bundle()).read_all([], when_asked=lambda: told.append(True))
    nothing_granted = reader(lambda _request: bundle(), scopes="")
    nothing_granted.read_all([Concept.LABS], when_asked=lambda: told.append(True))
    assert told == [True, True]


def test_an_entered_in_error_resource_is_kept_with_its_status():
    result = labs(Ehr().on("Observation", bundle(observation(status="entered-in-error"))))
    assert result.resources[0].raw["status"] == "entered-in-error"


def test_a_bad_resource_does_not_take_its_neighbours_with_it():
    bad = observation("bad", code=7, valueQuantity="high", effectiveDateTime=["x"])
    result = labs(Ehr().on("Observation", bundle(observation("a"), bad, observation("b"))))
    assert ids(result) == ["a", "bad", "b"]
    assert result.resources[1].warnings
    assert result.resources[0].warnings == ()


def test_entries_that_are_no_resources_are_told():
    answer = fhir(
        {
            "resourceType": "Bundle",
            "entry": [
                None,
                {"resource": "x"},
                {"resource": observation("../etc")},
                {"resource": observation("a")},
            ],
        }
    )
    result = labs(Ehr().on("Observation", answer))
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.UNREADABLE, "entries")]


def test_a_repeated_id_is_the_newest_version():
    ehr = Ehr()
    ehr.on(
        "Observation",
        bundle(observation("a", meta={"versionId": "9"}), next_link="Observation?page=2"),
    )
    ehr.on(
        "Observation?page=2", bundle(observation("a", meta={"versionId": "10"}), observation("b"))
    )
    result = labs(ehr)
    assert [(each.id, each.version) for each in result.resources][:1] == [("a", "10")]
    assert len(result.resources) == 2


def test_of_two_without_a_version_the_later_updated_stands():
    new = observation("a", meta={"lastUpdated": "2026-02-01T00:00:00Z"}, status="amended")
    old = observation("a", meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    result = labs(Ehr().on("Observation", bundle(new, old)))
    assert [each.raw["status"] for each in result.resources] == ["amended"]


# --- the session and the trail ----------------------------------------------------------------


def test_many_requests_refused_for_an_old_token_cause_one_renewal():
    def answer(request):
        fresh = request.headers["authorization"] == "Bearer token-2"
        return bundle() if fresh else httpx2.Response(401)

    tokens = Tokens()
    results = reader(answer, tokens=tokens).read_all([Concept.LABS, Concept.VITALS, Concept.NOTES])
    assert all(result.complete for result in results.values())
    assert tokens.renewed_times == 1


def test_a_lost_session_is_raised_and_what_was_asked_is_in_the_trail():
    ehr = Ehr().on("Observation", httpx2.Response(401)).on("Condition", bundle())
    with pytest.raises(SessionLost):
        reader(ehr).read_all([Concept.PROBLEMS, Concept.LABS])
    assert sorted(event.code for event in events("fhir.requested")) == ["", "session_lost"]


def test_every_request_of_a_reading_is_in_the_trail_before_data_are_handed_out():
    ehr = Ehr().on("Observation", bundle(observation("a")))
    reader(ehr).read_all([Concept.LABS, Concept.PROBLEMS])
    assert len(events("fhir.requested")) == 2
    assert all("p1" not in event.detail_json for event in events("fhir.requested"))


def test_if_the_trail_cannot_be_written_nothing_is_handed_out(monkeypatch):
    def broken(recorded):
        raise LedgerUnavailable("full")

    monkeypatch.setattr(rounds, "record_all", broken)
    with pytest.raises(LedgerUnavailable):
        labs(Ehr().on("Observation", bundle(observation("a"))))
