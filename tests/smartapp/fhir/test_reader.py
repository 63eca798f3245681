"""The reader over the whole transport stack, with a scripted EHR on the wire."""

import logging
import threading
import time

import httpx2
import pytest

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from smartapp.fhir import rounds
from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, Missing, Reason
from smartapp.fhir.vendors import Profile, load
from tests.smartapp.fhir.ehr import (
    BASE,
    Ehr,
    Tokens,
    bundle,
    fhir,
    issue,
    observation,
    outcome,
    reader,
)

pytestmark = pytest.mark.django_db
PATIENT = {"resourceType": "Patient", "id": "p1"}
HTML = {"Content-Type": "text/html"}


def labs(ehr, **more):
    return reader(ehr, **more).read(Concept.LABS)


def ids(result):
    return [each.id for each in result.resources]


def reasons(result):
    return [(each.reason, each.detail) for each in result.missing]


def events(kind):
    return list(AuditEvent.objects.filter(type=kind).order_by("sequence"))


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


# --- pages ------------------------------------------------------------------------------------


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


# --- what is missing --------------------------------------------------------------------------


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


# --- whose it is ------------------------------------------------------------------------------


def test_another_patients_resource_is_dropped_told_and_ledgered():
    ehr = Ehr().on("Observation", bundle(observation("a"), observation("b", patient="p2")))
    result = labs(ehr)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Observation")]
    (event,) = events("fhir.other_patient")
    assert '"count":1' in event.detail_json
    assert "p2" not in event.detail_json


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "https://evil.example/fhir/R4/Patient/p1"},
        {"reference": f"{BASE}/Patient/p2"},
        {"reference": "Patient/p1x"},
    ],
)
def test_a_patient_who_only_resembles_ours_is_another(subject):
    result = labs(Ehr().on("Observation", bundle(observation("a", subject=subject))))
    assert result.resources == ()
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Observation")]


@pytest.mark.parametrize("subject", [None, {}, {"display": "Somebody"}, {"reference": "Group/1"}])
def test_a_resource_that_names_no_patient_is_not_shown_as_ours(subject):
    result = labs(Ehr().on("Observation", bundle(observation("a", subject=subject))))
    assert result.resources == ()
    assert reasons(result) == [(Reason.UNREADABLE, "no_patient")]


@pytest.mark.parametrize("subject", [f"{BASE}/Patient/p1", "Patient/p1/_history/2"])
def test_our_patient_is_known_in_any_form_of_reference(subject):
    result = labs(Ehr().on("Observation", bundle(observation("a", subject={"reference": subject}))))
    assert ids(result) == ["a"]


def test_another_patient_in_place_of_ours_is_dropped():
    ehr = Ehr().on("Patient/p1", fhir({"resourceType": "Patient", "id": "p2"}))
    result = reader(ehr).patient()
    assert result.resources == ()
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Patient")]


def test_an_appointment_with_another_patient_in_it_is_not_ours():
    def appointment(resource_id, *patients):
        actors = [{"actor": {"reference": f"Patient/{each}"}} for each in patients]
        return {"resourceType": "Appointment", "id": resource_id, "participant": [*actors, {}]}

    ehr = Ehr().on("Appointment", bundle(appointment("a", "p1"), appointment("b", "p1", "p2")))
    result = reader(ehr).read(Concept.APPOINTMENTS)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.OTHER_PATIENT, "Appointment")]


# --- references -------------------------------------------------------------------------------


def order(resource_id, reference):
    return {
        "resourceType": "MedicationRequest",
        "id": resource_id,
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": reference},
    }


def drug(resource_id):
    return {"resourceType": "Medication", "id": resource_id, "code": {"text": "Metformin"}}


def test_drugs_that_orders_refer_to_are_read_once_each():
    ehr = Ehr().on(
        "MedicationRequest", bundle(order("a", "Medication/m1"), order("b", "Medication/m1"))
    )
    ehr.on("Medication/m1", fhir(drug("m1")))
    result = reader(ehr).read(Concept.MEDICATIONS)
    assert ids(result) == ["a", "b"]
    assert result.included["Medication/m1"].raw["code"]["text"] == "Metformin"
    assert ehr.paths.count("Medication/m1") == 1
    assert result.complete


def test_drugs_that_came_along_are_not_read_again():
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "Medication/m1"), drug("m1")))
    result = reader(ehr).read(Concept.MEDICATIONS)
    assert list(result.included) == ["Medication/m1"]
    assert len(ehr.asked) == 1


def test_a_drug_at_another_server_is_not_read():
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "https://evil.example/Medication/m1")))
    result = reader(ehr).read(Concept.MEDICATIONS)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.FAILED, "foreign_address")]
    assert len(ehr.asked) == 1
    assert len(events("fhir.foreign_address")) == 1


def test_a_drug_without_its_scope_is_told():
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "Medication/m1")))
    result = reader(ehr, scopes="patient/MedicationRequest.rs").read(Concept.MEDICATIONS)
    assert ids(result) == ["a"]
    assert reasons(result) == [(Reason.SCOPE_NOT_GRANTED, "Medication")]


@pytest.mark.parametrize("answer", [httpx2.Response(404), fhir(drug("m2"))])
def test_a_drug_that_cannot_be_read_is_told(answer):
    ehr = Ehr().on("MedicationRequest", bundle(order("a", "Medication/m1")))
    result = reader(ehr.on("Medication/m1", answer)).read(Concept.MEDICATIONS)
    assert ids(result) == ["a"]
    assert not result.complete


def test_more_references_than_the_bound_are_cut_off():
    orders = [order(f"o{number}", f"Medication/m{number}") for number in range(80)]

    def answer(request):
        name = request.url.path.rsplit("/", 1)[1]
        return bundle(*orders) if name == "MedicationRequest" else fhir(drug(name))

    result = reader(answer).read(Concept.MEDICATIONS)
    assert len(result.included) == 60
    assert reasons(result) == [(Reason.CUT_OFF, "more_references")]


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


def test_a_patient_id_that_is_none_is_refused():
    asker = Asker(transport=httpx2.MockTransport(Ehr()), base=Base(BASE), accept="x")
    with pytest.raises(ValueError, match="FHIR id"):
        Reader(
            profile=load("generic"),
            asker=asker,
            patient_id="p1/../p2",
            granted_scopes="",
            seconds=1,
        )


def test_missing_holds_no_server_words():
    result = labs(Ehr().on("Observation", outcome("invalid")))
    assert result.missing == (Missing(Concept.LABS, Reason.FAILED, "request_refused"),)
