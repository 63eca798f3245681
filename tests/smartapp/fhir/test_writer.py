"""A signed note put into the chart of each hospital over HTTP, and every way in which it is not."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import httpx2
import pytest

from audit.models import AuditEvent
from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import (
    AccessDenied,
    EhrPaused,
    EhrThrottled,
    RequestRefused,
    SessionLost,
)
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.writer import NotTheSignedText, Writer, WriteUnknown
from tests.conftest import start_sandbox
from tests.sandbox.smart import OSEI, App
from tests.smartapp.fhir.ehr import BASE, Tokens, fhir, outcome
from tests.smartapp.fhir.launched import HALLOWAY
from tests.smartapp.fhir.scripted import Script
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db
TEXT = "SUBJECTIVE\nFeels well. Grüße.\n"
SIGNED = hashlib.sha256(TEXT.encode()).hexdigest()
SCOPES = "patient/DocumentReference.write"


def note(patient=HALLOWAY, text=TEXT, **more):
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64.b64encode(text.encode()).decode(),
                }
            }
        ],
        "context": {"period": {"end": datetime.now(UTC).isoformat(timespec="seconds")}},
        **more,
    }


@pytest.fixture(scope="module")
def own_sandbox():
    """A hospital of our own: what is written there must not stand in others' charts."""
    running, process = start_sandbox("http://localhost:8000")
    yield running
    process.terminate()
    process.wait(timeout=10)


def writer_of(sandbox, personality, scopes):
    """Return a writer launched over HTTP, with what its hospital demands beside the text."""
    app = App(sandbox, personality)
    answer = app.tokens(
        launch=app.launch(patient=HALLOWAY), scope=f"launch openid fhirUser {scopes}"
    )
    base = Base(app.issuer)
    transport = stack.build(
        base=base,
        scope=f"{app.issuer}|{answer['access_token'][:8]}|{HALLOWAY}",
        bearer=Tokens(answer["access_token"], []),
        bucket=TokenBucket(per_second=1000, burst=1000),
        cache_seconds=0,
    )
    writer = Writer(
        transport=transport, base=base, patient_id=HALLOWAY, granted_scopes=answer["scope"],
        seconds=10,
    )  # fmt: skip
    return writer, app, answer


@pytest.mark.parametrize("personality", VENDORS)
def test_a_note_is_filed_and_stands_in_the_chart(own_sandbox, personality):
    letters = {"epic": ["read", "write"]}.get(personality, ["crus"])
    scopes = " ".join(f"patient/DocumentReference.{each}" for each in letters)
    writer, app, answer = writer_of(own_sandbox, personality, scopes)
    sent = note()
    if answer.get("encounter"):
        sent["context"]["encounter"] = [{"reference": f"Encounter/{answer['encounter']}"}]
    sent["author"] = [{"reference": OSEI}]
    written = writer.create(sent, text_sha256=SIGNED)
    read = httpx2.get(
        f"{app.issuer}/DocumentReference/{written.id}",
        headers={
            "Authorization": f"Bearer {answer['access_token']}",
            "Accept": "application/fhir+json",
        },
    ).json()
    assert read["subject"]["reference"].endswith(HALLOWAY)
    assert read["docStatus"] == "final"
    (event,) = AuditEvent.objects.filter(type="fhir.requested")
    assert (event.detail["method"], event.detail["path"]) == ("POST", "DocumentReference")
    assert event.detail["status"] == 201


def scripted(*answers, scopes=SCOPES, pauses=None, burst=1000):
    script = Script(*answers)
    transport = stack.build(
        base=Base(BASE), scope="s", bearer=Tokens(), cache_seconds=0, inner=script, pauses=pauses,
        bucket=TokenBucket(per_second=0.001 if burst < 10 else 1000, burst=burst),
    )  # fmt: skip
    writer = Writer(
        transport=transport, base=Base(BASE), patient_id="p1", granted_scopes=scopes, seconds=5
    )
    return writer, script


def created(location=f"{BASE}/DocumentReference/n1/_history/3", **headers):
    return httpx2.Response(201, headers={"Location": location, **headers})


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (created(), ("n1", "3")),
        (created(f"{BASE}/DocumentReference/n1", ETag='W/"7"'), ("n1", "7")),
        (created("DocumentReference/n1"), ("n1", "")),
        (fhir({"resourceType": "DocumentReference", "id": "n2", "meta": {"versionId": "1"}}, 201),
         ("n2", "1")),
    ],
)  # fmt: skip
def test_where_it_stands_is_read_from_whatever_tells_it(answer, where):
    writer, script = scripted(answer)
    written = writer.create(note("p1"), text_sha256=SIGNED)
    assert (written.id, written.version) == where
    (request,) = script.requests
    assert json.loads(request.content)["subject"] == {"reference": "Patient/p1"}
    assert script.tokens == ["Bearer token-1"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ReadTimeout("late"),
        httpx2.RemoteProtocolError("cut off"),
        httpx2.ConnectError("who knows"),
        httpx2.Response(500),
        httpx2.Response(502, content=b"<html>", headers={"Content-Type": "text/html"}),
        httpx2.Response(408),
        httpx2.Response(201),
        httpx2.Response(200, content=b"<html>", headers={"Content-Type": "text/html"}),
        created("https://elsewhere.example/DocumentReference/n1"),
        created(f"{BASE}/Binary/n1"),
        outcome("timeout", status=503),
    ],
    ids=lambda each: str(getattr(each, "status_code", type(each).__name__)),
)
def test_where_no_answer_tells_nothing_is_assumed_and_nothing_sent_again(answer):
    writer, script = scripted(answer)
    with pytest.raises(WriteUnknown):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (outcome("business-rule", status=400), RequestRefused),
        (outcome("invalid", status=422), RequestRefused),
        (outcome("forbidden", status=403), AccessDenied),
        (httpx2.Response(403), AccessDenied),
        (outcome("throttled", status=429), EhrThrottled),
    ],
)
def test_a_refusal_says_that_it_is_not_there(answer, error):
    writer, script = scripted(answer)
    with pytest.raises(error):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert len(script.requests) == 1


def test_a_token_that_ran_out_is_renewed_once_and_the_refused_try_was_none():
    writer, script = scripted(httpx2.Response(401), created())
    assert writer.create(note("p1"), text_sha256=SIGNED).id == "n1"
    assert script.tokens == ["Bearer token-1", "Bearer token-2"]
    writer, script = scripted(httpx2.Response(401))
    with pytest.raises(SessionLost):
        writer.create(note("p1"), text_sha256=SIGNED)


def held(changed):
    writer, script = scripted(created())
    with pytest.raises(NotTheSignedText):
        writer.create(changed, text_sha256=SIGNED)
    assert script.requests == []


def test_only_the_signed_text_leaves_for_this_patient_alone():
    held(note("p1", text=TEXT + "x"))
    held(note("p2"))
    held(note("p1", content=[*note()["content"], *note()["content"]]))
    held(note("p1", content=[{"attachment": {"url": "Binary/1"}}]))
    held(note("p1", content=[{"attachment": {"data": "no base64!"}}]))
    held(note("p1", resourceType="Communication"))
    held({})


def test_nothing_is_sent_that_was_not_granted():
    writer, script = scripted(created(), scopes="patient/DocumentReference.rs")
    assert not writer.granted
    with pytest.raises(AccessDenied):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert script.requests == []


def test_what_is_held_back_on_our_side_was_not_sent():
    writer, script = scripted(created(), burst=1)
    writer.create(note("p1"), text_sha256=SIGNED)
    with pytest.raises(EhrThrottled):
        writer.create(note("p1"), text_sha256=SIGNED)

    class Paused:
        def admit(self):
            raise EhrPaused(seconds=5)

    writer, script = scripted(created(), pauses=Paused())
    with pytest.raises(EhrPaused):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert script.requests == []
