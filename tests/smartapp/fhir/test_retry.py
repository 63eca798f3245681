"""Which faults are tried again, after how long, and which never."""

from datetime import UTC, datetime

import httpx2
import pytest

from smartapp.fhir.errors import EhrUnavailable, ForeignAddress, SessionLost, UnreadableResponse
from smartapp.fhir.outcomes import retry_after
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.transport.retry import Retry
from tests.smartapp.fhir.ehr import bundle, outcome
from tests.smartapp.fhir.scripted import Script, asking


def retrying(script, clock, jitter=1.0):
    return Retry(script, sleep=clock.sleep, jitter=lambda: jitter)


def test_a_passing_fault_is_tried_again_after_one_two_and_four_seconds(clock):
    script = Script(httpx2.Response(503))
    answer = retrying(script, clock).handle_request(asking(clock=clock, seconds=10))
    assert answer.status_code == 503
    assert clock.slept == [1.0, 2.0, 4.0]
    assert len(script.requests) == 4


def test_the_waits_are_jittered_down_to_a_half(clock):
    script = Script(httpx2.Response(503), bundle())
    retrying(script, clock, jitter=0.0).handle_request(asking(clock=clock))
    assert clock.slept == [0.5]


def test_a_lost_connection_is_tried_again(clock):
    script, request = Script(EhrUnavailable(), bundle()), asking(clock=clock)
    assert retrying(script, clock).handle_request(request).status_code == 200
    assert Asked.of(request).attempts == 2


def test_retry_after_is_never_shortened(clock):
    script = Script(outcome("throttled", status=429, **{"Retry-After": "5"}), bundle())
    retrying(script, clock).handle_request(asking(clock=clock))
    assert clock.slept == [5.0]


def test_a_short_retry_after_does_not_shorten_our_own_wait(clock):
    script = Script(httpx2.Response(429, headers={"Retry-After": "0"}), bundle())
    retrying(script, clock).handle_request(asking(clock=clock))
    assert clock.slept == [1.0]


def test_a_wait_beyond_the_deadline_is_not_begun(clock):
    script = Script(httpx2.Response(429, headers={"Retry-After": "600"}))
    answer = retrying(script, clock).handle_request(asking(clock=clock))
    assert answer.status_code == 429
    assert clock.slept == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(400),
        httpx2.Response(401),
        httpx2.Response(403),
        httpx2.Response(404),
        outcome("required", severity="fatal", status=500),
    ],
)
def test_a_lasting_refusal_is_not_tried_again(clock, answer):
    script = Script(answer)
    retrying(script, clock).handle_request(asking(clock=clock))
    assert len(script.requests) == 1


def test_a_passing_fault_behind_a_lasting_status_is_tried_again(clock):
    script = Script(outcome("transient", status=400), bundle())
    assert retrying(script, clock).handle_request(asking(clock=clock)).status_code == 200


@pytest.mark.parametrize("failure", [SessionLost(), ForeignAddress(), UnreadableResponse()])
def test_what_asking_again_cannot_mend_is_raised_at_once(clock, failure):
    script = Script(failure)
    with pytest.raises(type(failure)):
        retrying(script, clock).handle_request(asking(clock=clock))
    assert len(script.requests) == 1


def test_a_write_is_never_repeated(clock):
    script = Script(httpx2.Response(503))
    retrying(script, clock).handle_request(asking(clock=clock, method="POST"))
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Tue, 17 Nov 2026 10:00:30 GMT", 30.0),
        ("Tue, 17 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value, seconds):
    now = datetime(2026, 11, 17, 10, 0, 0, tzinfo=UTC)
    assert retry_after(value, now=now) == seconds
