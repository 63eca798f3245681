"""The text behind documents."""

import base64
import logging
import threading
import time

import httpx2
import pytest

from audit.models import AuditEvent
from smartapp.fhir.results import Concept, Fetched, Missing, Reason
from tests.smartapp.fhir.ehr import BASE, Ehr, Tokens, fhir, reader
from tests.smartapp.fhir.scripted import when_kept

pytestmark = pytest.mark.django_db
HTML = {"Content-Type": "text/html; charset=utf-8"}


def document(*attachments, resource_id="d1"):
    return Fetched.of(
        {
            "resourceType": "DocumentReference",
            "id": resource_id,
            "subject": {"reference": "Patient/p1"},
            "content": [{"attachment": attachment} for attachment in attachments],
        }
    )


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def test_text_in_place_is_decoded_without_asking():
    ehr = Ehr()
    found = reader(ehr).attachment(
        document({"contentType": "text/plain;charset=utf-8", "data": encoded("Feels tired.")})
    )
    assert found == (b"Feels tired.", "text/plain;charset=utf-8")
    assert ehr.asked == []


@pytest.mark.parametrize("url", ["Binary/b1", f"{BASE}/Binary/b1"])
def test_a_binary_is_read_raw(url):
    ehr = Ehr().on("Binary/b1", httpx2.Response(200, content="<p>Tired</p>", headers=HTML))
    found = reader(ehr).attachment(document({"contentType": "text/html", "url": url}))
    assert found == (b"<p>Tired</p>", "text/html; charset=utf-8")


def test_a_binary_is_read_as_a_resource():
    binary = {
        "resourceType": "Binary",
        "id": "b1",
        "contentType": "text/rtf",
        "data": encoded("{\\rtf1}"),
    }
    ehr = Ehr().on("Binary/b1", fhir(binary))
    found = reader(ehr).attachment(document({"contentType": "text/rtf", "url": "Binary/b1"}))
    assert found == (b"{\\rtf1}", "text/rtf")


def test_of_several_forms_the_plainest_is_taken():
    ehr = Ehr()
    found = reader(ehr).attachment(
        document(
            {"contentType": "application/pdf", "data": encoded("pdf")},
            {"contentType": "text/rtf", "data": encoded("rtf")},
            {"contentType": "text/html", "data": encoded("html")},
        )
    )
    assert found == (b"html", "text/html")


def test_a_sign_in_page_does_not_pass_for_a_note():
    ehr = Ehr().on("Binary/b1", httpx2.Response(200, content="<p>Sign in</p>", headers=HTML))
    found = reader(ehr).attachment(document({"contentType": "text/rtf", "url": "Binary/b1"}))
    assert found.reason is Reason.UNREADABLE


def test_a_foreign_attachment_is_not_fetched_and_the_token_stays():
    ehr = Ehr()
    found = reader(ehr, tokens=Tokens()).attachment(
        document({"contentType": "text/html", "url": "https://evil.example/Binary/b1"})
    )
    assert (found.reason, found.detail) == (Reason.FAILED, "foreign_address")
    assert ehr.asked == []
    assert AuditEvent.objects.filter(type="fhir.foreign_address").count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "Patient/p2",
        "Patient/p2/$everything",
        "Observation?patient=p2",
        "Binary",
        "Binary?_id=b1",
        "Binary/b1?patient=p2",
        "Binary/b1?",
        "Binary/b1#part",
        "Binary/b1/$operation",
        "Binary/b1/_history",
        "Binary/b1/_history/1/2",
        "Binary/b%2F..%2F1",
        "Binary/b1/../../Patient/p2",
        "Binary/../Patient/p2",
        "#b1",
        "",
        f"{BASE}/Patient/p2",
        f"{BASE}/Binary/b1?_format=json",
        "https://ehr.example/Binary/b1",
    ],
)
def test_an_attachment_that_is_no_binary_below_the_base_is_not_asked_for(url):
    ehr = Ehr()
    found = reader(ehr).attachment(document({"url": url}))
    assert (found.reason, found.detail) == (Reason.FAILED, "foreign_address")
    assert ehr.asked == []
    assert AuditEvent.objects.filter(type="fhir.foreign_address").count() == 1


@pytest.mark.parametrize("url", ["Binary/b1/_history/2", f"{BASE}/Binary/b1/_history/2"])
def test_a_version_of_a_binary_is_read(url):
    page = httpx2.Response(200, content="<p>Tired</p>", headers=HTML)
    ehr = Ehr().on("Binary/b1/_history/2", page)
    found = reader(ehr).attachment(document({"contentType": "text/html", "url": url}))
    assert found == (b"<p>Tired</p>", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "header",
    [
        "Patient/p2",
        f"{BASE}/Patient/p2/_history/3",
        "Patient/p1, Patient/p2",
        "https://elsewhere.example/fhir/Patient/p1",
    ],
)
def test_a_raw_binary_secured_as_another_patients_is_dropped_also_out_of_the_cache(header):
    raw = httpx2.Response(
        200, content="<p>Tired</p>", headers={**HTML, "X-Security-Context": header}
    )
    ehr = Ehr().on("Binary/b1", raw)
    ours = reader(ehr, cache_seconds=60)
    for times in (1, 2):
        found = ours.attachment(document({"contentType": "text/html", "url": "Binary/b1"}))
        assert found == Missing(Concept.NOTES, Reason.OTHER_PATIENT, "Binary")
        dropped = AuditEvent.objects.filter(type="fhir.other_patient")
        assert dropped.count() == times
        assert dropped.latest("pk").detail["resource_type"] == "Binary"
        when_kept()
    assert len(ehr.asked) == 1, "the second answer came out of the cache"


@pytest.mark.parametrize("header", ["Patient/p1", f"{BASE}/Patient/p1", "DocumentReference/d1", ""])
def test_a_raw_binary_secured_as_the_patients_own_or_by_its_document_is_read(header):
    raw = httpx2.Response(
        200, content="<p>Tired</p>", headers={**HTML, "X-Security-Context": header}
    )
    found = reader(Ehr().on("Binary/b1", raw)).attachment(
        document({"contentType": "text/html", "url": "Binary/b1"})
    )
    assert found == (b"<p>Tired</p>", "text/html; charset=utf-8")


def secured_by(reference):
    return fhir(
        {
            "resourceType": "Binary",
            "id": "b1",
            "contentType": "text/plain",
            "securityContext": {"reference": reference},
            "data": encoded("Feels tired."),
        }
    )


@pytest.mark.parametrize(
    "reference", ["Patient/p2", f"{BASE}/Patient/p2", "https://elsewhere.example/Patient/p1"]
)
def test_a_binary_secured_as_another_patients_is_dropped(reference):
    ehr = Ehr().on("Binary/b1", secured_by(reference))
    found = reader(ehr).attachment(document({"contentType": "text/plain", "url": "Binary/b1"}))
    assert (found.reason, found.detail) == (Reason.OTHER_PATIENT, "Binary")
    event = AuditEvent.objects.get(type="fhir.other_patient")
    assert event.detail == {"concept": "notes", "resource_type": "Binary", "count": 1}


@pytest.mark.parametrize("reference", ["Patient/p1", f"{BASE}/Patient/p1", "DocumentReference/d1"])
def test_a_binary_secured_as_this_patients_or_by_its_document_is_read(reference):
    ehr = Ehr().on("Binary/b1", secured_by(reference))
    found = reader(ehr).attachment(document({"contentType": "text/plain", "url": "Binary/b1"}))
    assert found == (b"Feels tired.", "text/plain")


@pytest.mark.parametrize("declared", ["", "text/plain"])
@pytest.mark.parametrize("sent_as", ["application/fhir+json", "text/plain"])
def test_another_resource_does_not_pass_for_a_note(declared, sent_as):
    answer = fhir({"resourceType": "Patient", "id": "p2"}, **{"Content-Type": sent_as})
    ehr = Ehr().on("Binary/b1", answer)
    found = reader(ehr).attachment(document({"contentType": declared, "url": "Binary/b1"}))
    assert found.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("declared", "content"), [("application/json", '{"mood": "low"}'), ("text/plain", "42")]
)
def test_json_that_was_declared_and_text_that_looks_like_it_are_read(declared, content):
    answer = httpx2.Response(200, content=content, headers={"Content-Type": declared})
    ehr = Ehr().on("Binary/b1", answer)
    found = reader(ehr).attachment(document({"contentType": declared, "url": "Binary/b1"}))
    assert found == (content.encode(), declared)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (document(), Reason.UNREADABLE),
        (document({"contentType": "text/plain"}), Reason.UNREADABLE),
        (document({"contentType": "text/plain", "data": "not base64!"}), Reason.UNREADABLE),
        (document({"contentType": "text/plain", "url": "Binary/gone"}), Reason.FAILED),
    ],
)
def test_what_cannot_be_read_is_told(found, reason):
    ehr = Ehr().on("Binary/gone", httpx2.Response(404))
    missing = reader(ehr).attachment(found)
    assert isinstance(missing, Missing)
    assert missing.reason is reason


def test_without_the_scope_for_binaries_none_is_asked_for():
    ehr = Ehr()
    found = reader(ehr, scopes="patient/DocumentReference.rs").attachment(
        document({"contentType": "text/html", "url": "Binary/b1"})
    )
    assert found.reason is Reason.SCOPE_NOT_GRANTED
    assert ehr.asked == []


def test_several_documents_are_read_by_reference():
    ehr = Ehr().on("Binary/b1", httpx2.Response(200, content="<p>1</p>", headers=HTML))
    found = reader(ehr).attachments(
        [
            document({"url": "Binary/b1"}, resource_id="d1"),
            document({"data": encoded("2")}, resource_id="d2"),
        ]
    )
    assert found["DocumentReference/d1"][0] == b"<p>1</p>"
    assert found["DocumentReference/d2"] == (b"2", "")
    assert AuditEvent.objects.filter(type="fhir.requested").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_text_that_does_not_come_in_time_is_told_beside_those_that_came(caplog):
    caplog.set_level(logging.INFO)
    go = threading.Event()

    def slow(request):
        assert go.wait(10)
        return httpx2.Response(200, content="<p>1</p>", headers=HTML)

    found = reader(slow, seconds=0.2).attachments(
        [
            document({"url": "Binary/b1"}, resource_id="d1"),
            document({"data": encoded("2")}, resource_id="d2"),
        ]
    )
    go.set()
    assert found["DocumentReference/d1"].reason is Reason.TIMED_OUT
    assert found["DocumentReference/d2"] == (b"2", "")
    for _ in range(200):
        if "late fhir request recorded" in caplog.text:
            break
        time.sleep(0.02)
    assert AuditEvent.objects.get(type="fhir.requested").code == "ehr_unavailable"
