"""A signed note put into the chart of each hospital over HTTP, and every way in which it is not."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import httpx2
import pytest
from django.db import connection, transaction

from audit import context
from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import (
    AccessDenied,
    EhrPaused,
    EhrThrottled,
    NotFound,
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
    intended, event = AuditEvent.objects.order_by("sequence")
    assert (intended.type, intended.detail) == ("fhir.write_intended", {"text_sha256": SIGNED})
    assert event.type == "fhir.requested"
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


def created(location=f"{BASE}/DocumentReference/n1/_history/3", *, content=b"", **headers):
    return httpx2.Response(201, headers={"Location": location, **headers}, content=content)


def with_body(body):
    return created(content=json.dumps(body).encode(), **{"Content-Type": "application/fhir+json"})


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (created(), ("n1", "3")),
        (created(f"{BASE}/DocumentReference/n1", ETag='W/"7"'), ("n1", "7")),
        (created("DocumentReference/n1"), ("n1", "")),
        (fhir({"resourceType": "DocumentReference", "id": "n2", "meta": {"versionId": "1"}}, 201),
         ("n2", "1")),
        (fhir({"resourceType": "DocumentReference", "id": "n2", "meta": None}, 201), ("n2", "")),
        (fhir({"resourceType": "DocumentReference", "id": "n2", "meta": [1]}, 201), ("n2", "")),
        (fhir({"resourceType": "DocumentReference", "id": "n2", "meta": {"versionId": 4}}, 201),
         ("n2", "")),
        (with_body({"resourceType": "OperationOutcome", "issue": [
            {"severity": "error", "code": "business-rule"}]}), ("n1", "3")),
        (with_body({"resourceType": "OperationOutcome", "issue": [
            {"severity": "fatal", "code": "transient"}]}), ("n1", "3")),
        (with_body(["no resource"]), ("n1", "3")),
        (created(content=b"<html>"), ("n1", "3")),
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
        created("https://xn--a/DocumentReference/n1"),
        outcome("timeout", status=503),
        # What the body says is not to be believed beside such a status: it may have been filed.
        outcome("required", status=500),
        outcome("business-rule", status=504),
        outcome("throttled", status=503),
        outcome("timeout", status=400),
        outcome("invalid", status=408),
        outcome("business-rule", status=201),
        fhir({"resourceType": "DocumentReference", "id": ["n1"]}, 201),
        httpx2.Response(303, headers={"Location": f"{BASE}/DocumentReference/n1"}),
        httpx2.Response(307),
        httpx2.LocalProtocolError("ours"),
        RuntimeError("ours"),
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
        (outcome("timeout", status=429), EhrThrottled),
        (httpx2.Response(409), RequestRefused),
        (httpx2.Response(404), NotFound),
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
    held(note("p1", content="text"))
    held({})
    held([])


def attached(**more):
    return [{"attachment": {**note()["content"][0]["attachment"], **more}}]


@pytest.mark.parametrize(
    "unsigned",
    [
        {"text": {"status": "additional", "div": "<div>Stop warfarin.</div>"}},
        {"description": "Stop warfarin."},
        {"contained": [{"resourceType": "Binary", "id": "b"}]},
        {"relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/n0"}}]},
        {"extension": [{"url": "https://e.example", "valueString": "Stop warfarin."}]},
        {"author": [{"reference": OSEI, "extension": [{"valueString": "Stop warfarin."}]}]},
        {"author": [{"reference": "Patient/p2"}]},
        {"custodian": {"reference": f"{BASE}/Patient/p2"}},
        {"content": attached(url="Binary/1")},
        {"content": attached(title="Stop warfarin.")},
        {"content": attached(contentType="text/html")},
        {"content": attached(contentType="text/plain; charset=utf-16")},
        {"content": attached(contentType=None)},
        {"content": [{**attached()[0], "format": {"code": "x"}}]},
        {"context": {"related": [{"reference": "Patient/p2"}]}},
        {"context": {"sourcePatientInfo": {"reference": "Patient/p1"}}},
        {"context": {"encounter": [{"reference": "Patient/p2"}]}},
        {"context": ["no context"]},
        {"subject": {"reference": "Patient/p1", "display": "Stop warfarin."}},
    ],
    ids=str,
)
def test_nothing_that_was_not_signed_leaves_beside_the_text(unsigned):
    held(note("p1") | unsigned)
    assert not AuditEvent.objects.exists()


def test_all_that_a_note_may_hold_beside_the_text_leaves_as_it_is():
    coded = {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Note"}]}
    sent = note(
        "p1",
        identifier=[{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}],
        masterIdentifier={"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"},
        type=coded | {"text": "Progress note"},
        category=[coded],
        date="2026-01-02T10:00:00Z",
        author=[{"reference": OSEI, "display": "Dr. Osei"}],
        custodian={"reference": "Organization/1"},
        content=attached(contentType="TEXT/PLAIN;charset=UTF-8", creation="2026-01-02T10:00:00Z"),
        context={
            "encounter": [{"reference": "Encounter/1"}],
            "period": {"start": "2026-01-02T09:00:00Z", "end": "2026-01-02T10:00:00Z"},
        },
    )
    writer, script = scripted(created())
    writer.create(sent, text_sha256=SIGNED)
    (request,) = script.requests
    assert json.loads(request.content) == sent
    bare = note("p1", content=attached(contentType="text/plain"))
    assert writer.create(bare, text_sha256=SIGNED).id == "n1"


def test_nothing_is_sent_where_the_trail_cannot_be_told_first():
    writer, script = scripted(created())
    with context.bind(ehr="x" * 51), pytest.raises(LedgerUnavailable):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert script.requests == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_within_a_transaction_that_may_undo_what_the_trail_was_told():
    writer, script = scripted(created())
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert script.requests == []


@pytest.mark.parametrize("answer", [created(), httpx2.Response(403), httpx2.ReadTimeout("late")])
def test_where_the_trail_fails_after_the_note_was_sent_the_chart_must_be_searched(settings, answer):
    def fails_meanwhile(_):
        settings.ENCRYPTION_KEYS = {"k1": "not a key"}
        if isinstance(answer, Exception):
            raise answer
        return answer

    writer, script = scripted(fails_meanwhile)
    with pytest.raises(WriteUnknown) as unknown:
        writer.create(note("p1"), text_sha256=SIGNED)
    assert isinstance(unknown.value.__cause__, LedgerUnavailable)
    assert len(script.requests) == 1
    (told,) = AuditEvent.objects.all()
    assert (told.type, told.detail) == ("fhir.write_intended", {"text_sha256": SIGNED})


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [True, False])
def test_a_database_that_is_gone_is_a_trail_that_is_gone(monkeypatch, first):
    def goes(_=None):
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/at/all")
        return created()

    writer, script = scripted(created() if first else goes)
    if first:
        goes()
    with pytest.raises(LedgerUnavailable if first else WriteUnknown):
        writer.create(note("p1"), text_sha256=SIGNED)
    assert len(script.requests) == (0 if first else 1)
