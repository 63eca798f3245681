"""Notifications as the sandbox sends them: forms, proofs, gaps, repeats, and asking again."""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sandbox.conftest import OSEI, RUTH
from tests.sandbox.control import Control
from tests.sandbox.hospital import sign_in

SECRET = "shared-between-two"


@pytest.fixture
def control(hospital):
    controlling = Control(hospital.base_url)
    controlling.request("DELETE", "notifications")
    return controlling


@pytest.fixture(scope="module")
def client(hospital):
    return sign_in(hospital, "generic", RUTH, OSEI)


@pytest.fixture(scope="module")
def focus(client):
    return [f"Condition/{one}" for one in client.ids(f"Condition?patient={RUTH}")]


@pytest.fixture
def listener():
    """An address that keeps what is posted to it."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((dict(self.headers.items()), body))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/events", heard
    server.shutdown()
    server.server_close()
    thread.join()


def notify(control, to, **wish):
    answer = control.request("POST", "notifications", json={"to": to, "secret": SECRET, **wish})
    assert answer.status_code == 200, answer.text
    return answer.json()


def parameter(status, name):
    found = next(one for one in status["parameter"] if one["name"] == name)
    return next(value for key, value in found.items() if key.startswith("value"))


def numbers(body):
    """The event numbers of a notification, whichever form it has."""
    bundle = json.loads(body)
    status = bundle["entry"][0]["resource"]
    if status["resourceType"] == "SubscriptionStatus":
        return [int(one["eventNumber"]) for one in status.get("notificationEvent", [])]
    events = [one["part"] for one in status["parameter"] if one["name"] == "notification-event"]
    return [int(part["valueString"]) for parts in events for part in parts[:1]]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("r4-backport", ("Parameters", "history")),
        ("r4b", ("SubscriptionStatus", "history")),
        ("r5", ("SubscriptionStatus", "subscription-notification")),
    ],
)
def test_each_form_shakes_hands_beats_and_tells(control, listener, focus, form, expected):
    (to, heard), (resource, bundle_type) = listener, expected
    for kind in ("handshake", "heartbeat", "event-notification"):
        notify(control, to, form=form, kind=kind, focus=focus[:1] if kind[0] == "e" else [])
    statuses = []
    for headers, body in heard:
        assert headers["Authorization"] == f"Bearer {SECRET}"
        assert headers["Content-Type"] == "application/fhir+json"
        bundle = json.loads(body)
        assert bundle["type"] == bundle_type
        statuses.append(bundle["entry"][0]["resource"])
    assert {one["resourceType"] for one in statuses} == {resource}
    if resource == "Parameters":
        assert [parameter(one, "type") for one in statuses][::2] == [
            "handshake",
            "event-notification",
        ]
        assert parameter(statuses[0], "status") == "requested"
        assert parameter(statuses[0], "events-since-subscription-start") == "0"
    else:
        assert [one["type"] for one in statuses] == ["handshake", "heartbeat", "event-notification"]
        assert statuses[2]["eventsSinceSubscriptionStart"] == "1"
        context = statuses[2]["notificationEvent"][0]["additionalContext"][0]["reference"]
        assert context.endswith(f"/Patient/{RUTH}")
    assert numbers(heard[2][1]) == [1]
    assert json.loads(heard[2][1])["entry"][1]["fullUrl"].endswith(focus[0])


@pytest.mark.parametrize("content", ["empty", "id-only", "full-resource"])
def test_as_much_is_told_as_was_agreed(control, listener, focus, content):
    to, heard = listener
    notify(control, to, content=content, focus=focus[:1])
    bundle = json.loads(heard[0][1])
    if content == "empty":
        assert len(bundle["entry"]) == 1
        assert focus[0] not in heard[0][1].decode()
    else:
        assert ("resource" in bundle["entry"][1]) == (content == "full-resource")


def test_a_webhook_is_signed_over_its_time_and_body(control, listener, focus):
    to, heard = listener
    notify(control, to, form="webhook", focus=focus[:1])
    headers, body = heard[0]
    when = headers["X-Countersign-Timestamp"]
    digest = hmac.new(SECRET.encode(), when.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Countersign-Signature"] == f"v1={digest}"
    assert abs(time.time() - int(when)) < 5
    told = json.loads(body)
    assert (told["id"], told["patient"], told["type"]) == ("sub-1-1", RUTH, "Condition.changed")
    notify(control, to, form="webhook", focus=focus[:1], age=900)
    assert time.time() - int(heard[1][0]["X-Countersign-Timestamp"]) > 890


def test_events_are_left_out_and_told_twice_as_asked(control, listener, focus):
    to, heard = listener
    made = notify(control, to, focus=focus[:4], skip=[2], repeat=[3])
    assert made["numbers"] == [1, 2, 3, 4]
    assert [number for _, body in heard for number in numbers(body)] == [1, 3, 3, 4]
    assert heard[1][1] == heard[2][1]
    assert {one["status"] for one in made["sent"]} == {202}
    heard.clear()
    notify(control, to, focus=focus[:2], repeat=[1], batch=5)
    assert [numbers(body) for _, body in heard] == [[1, 5, 6]]
    heard.clear()
    notify(control, to, focus=focus[:5], shuffle=True)
    told = [number for _, body in heard for number in numbers(body)]
    assert sorted(told) == [7, 8, 9, 10, 11]
    assert told != sorted(told)


def test_what_was_left_out_can_be_asked_for(control, listener, client, focus):
    to, _ = listener
    notify(control, to, focus=focus[:4], skip=[2, 3])
    answer = client.get("Subscription/sub-1/$events?eventsSinceNumber=2&eventsUntilNumber=3")
    assert numbers(answer.raise_for_status().content) == [2, 3]
    assert parameter(answer.json()["entry"][0]["resource"], "type") == "query-event"
    assert numbers(client.get("Subscription/sub-1/$events").content) == [1, 2, 3, 4]
    assert client.get("Subscription/other/$events").status_code == 404
    assert client.get("Subscription/sub-1/$events?eventsSinceNumber=x").status_code == 400


def test_events_need_a_scope(hospital, control, listener, focus):
    notify(control, listener[0], focus=focus[:1])
    small = sign_in(hospital, "generic", RUTH, OSEI, "user/Patient.rs")
    assert small.get("Subscription/sub-1/$events").status_code == 403


def test_a_listener_that_is_away_is_reported_and_nothing_is_lost(control, client, focus):
    made = notify(control, "http://127.0.0.1:9/", focus=focus[:1])
    assert [one["status"] for one in made["sent"]] == [0]
    assert numbers(client.get("Subscription/sub-1/$events").content) == [1]


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"form": "r6"}, "malformed"),
        ({"focus": "Patient/x"}, "malformed"),
        ({"focus": ["Patient/none-such"]}, "unknown_resource"),
        ({"colour": "red"}, "unknown_field"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(control, wish, error):
    answer = control.request("POST", "notifications", json=wish)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_a_chart_can_be_changed_past_the_rules_for_writing(control, client):
    changed = {
        "resourceType": "Condition",
        "code": {"text": "Made by a test"},
        "subject": {"reference": f"Patient/{RUTH}"},
    }
    made = control.request("POST", "resources", json=changed)
    assert made.status_code == 201
    assert made.json()["patients"] == [RUTH]
    assert made.json()["id"] in client.ids(f"Condition?patient={RUTH}&_count=500")
