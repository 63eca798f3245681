"""Operations hear of what does not mend itself, once for each EHR and not a thousand times."""

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail

from smartapp.fhir.errors import (
    AccessDenied,
    EhrPaused,
    EhrThrottled,
    EhrUnavailable,
    HtmlInstead,
    NotFound,
    RequestRefused,
    SessionLost,
)
from smartapp.fhir.transport import alerts, pacing
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.alerts import figures, notice, telling
from tests.smartapp.fhir.ehr import BASE
from tests.smartapp.fhir.scripted import BASE_URL, Script, asking


class Hook(BaseHTTPRequestHandler):
    """Takes alerts."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.took.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hook(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.took, server.status = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ALERT_WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/alerts"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def own(settings, tmp_path, monkeypatch):
    """Mail into a box, buckets of the test's own."""
    settings.ALERT_MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ALERT_MAIL_SERVER = {}
    places = pacing.FilePlaces(tmp_path)
    monkeypatch.setattr(pacing, "shared", lambda: places)
    return places


@pytest.fixture
def ehr():
    return f"https://ehr-{time.time_ns()}.example/fhir"


def told():
    telling().submit(lambda: None).result(timeout=10)


def test_a_thousand_failures_of_one_ehr_are_one_alert(hook, ehr):
    for _ in range(1000):
        notice(ehr, RequestRefused(status=422))
    told()
    (alert,) = hook.took
    assert (alert["ehr"], alert["code"], alert["status"]) == (ehr, "request_refused", 422)
    assert figures()[ehr, "request_refused"] == 1000


def test_two_broken_hospitals_are_two_alerts(hook, ehr):
    for each in (ehr, f"{ehr}/other"):
        notice(each, HtmlInstead(status=200))
    told()
    assert {alert["ehr"] for alert in hook.took} == {ehr, f"{ehr}/other"}


def test_what_went_untold_is_told_with_the_next_alert(hook, ehr, settings):
    settings.ALERT_EVERY_SECONDS = 0.2
    notice(ehr, RequestRefused(status=400))
    told()
    for error in (AccessDenied(status=403), AccessDenied(status=403), HtmlInstead(status=200)):
        notice(ehr, error)
    time.sleep(0.25)
    notice(ehr, RequestRefused(status=400))
    told()
    assert hook.took[0]["failures"] == {"request_refused": 1}
    assert hook.took[1]["failures"] == {
        "access_denied": 2,
        "html_instead": 1,
        "request_refused": 1,
    }


def test_of_several_processes_one_tells(hook, ehr, monkeypatch):
    notice(ehr, RequestRefused())
    told()
    # Another process shares the buckets and nothing else.
    monkeypatch.setattr(alerts, "_told", alerts._Told())
    notice(ehr, RequestRefused())
    told()
    assert len(hook.took) == 1


@pytest.mark.parametrize("error", [EhrUnavailable(), EhrThrottled(), SessionLost()])
def test_what_mends_itself_or_is_everyday_alerts_nobody(hook, ehr, error):
    notice(ehr, error)
    told()
    assert hook.took == []


def test_an_ehr_that_is_left_alone_is_told(hook, ehr):
    notice(ehr, EhrPaused())
    told()
    assert hook.took[0]["code"] == "ehr_paused"


def test_operations_may_be_mailed(ehr, settings):
    settings.ALERT_MAIL_TO = ["operations@hospital.example"]
    notice(ehr, AccessDenied(status=403))
    told()
    (message,) = mail.outbox
    assert message.to == ["operations@hospital.example"]
    assert ehr in message.body
    assert "access_denied: 1" in message.body


def test_a_channel_that_is_broken_keeps_no_other_silent(hook, ehr, settings, caplog):
    hook.status = 500
    settings.ALERT_MAIL_TO = ["operations@hospital.example"]
    notice(ehr, AccessDenied(status=403))
    told()
    assert len(mail.outbox) == 1
    assert "alert not sent" in caplog.text


def test_the_log_has_it_in_any_case(ehr, caplog):
    caplog.set_level(logging.ERROR)
    notice(ehr, RequestRefused(status=422))
    told()
    (record,) = [each for each in caplog.records if each.message == "EHR needs attention"]
    assert (record.ehr, record.code) == (ehr, "request_refused")


@pytest.mark.parametrize(
    ("below", "alerted"), [("Patient/p1", []), ("Appointment?patient=p1", ["not_found"])]
)
def test_one_record_that_is_gone_is_everyday_and_an_unknown_type_is_not(below, alerted):
    noticed = []
    log = AccessLog(
        Script(NotFound(status=404)), base=BASE_URL, alert=lambda error: noticed.append(error.code)
    )
    with pytest.raises(NotFound):
        log.handle_request(asking(f"{BASE}/{below}"))
    assert noticed == alerted
