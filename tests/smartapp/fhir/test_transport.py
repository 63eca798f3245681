"""The token, the rate and the trail: each wrapper by itself."""

import logging
import threading

import httpx2
import pytest

from smartapp.fhir.errors import EhrThrottled, EhrUnavailable, SessionLost
from smartapp.fhir.transport import keeper
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.transport.auth import Auth
from smartapp.fhir.transport.rate_limit import RateLimit, TokenBucket
from tests.smartapp.fhir.ehr import BASE, Tokens, bundle, observation
from tests.smartapp.fhir.scripted import BASE_URL, OBSERVATIONS, Script, asking

# --- auth -------------------------------------------------------------------------------------


def test_the_token_is_put_on_and_taken_off_again():
    script, request = Script(bundle()), asking()
    Auth(script, bearer=Tokens()).handle_request(request)
    assert script.tokens == ["Bearer token-1"]
    assert "Authorization" not in request.headers


def test_a_401_is_answered_with_one_renewed_token():
    script, tokens = Script(httpx2.Response(401), bundle()), Tokens()
    assert Auth(script, bearer=tokens).handle_request(asking()).status_code == 200
    assert script.tokens == ["Bearer token-1", "Bearer token-2"]


def test_a_second_401_is_the_end_of_the_session():
    script, tokens = Script(httpx2.Response(401)), Tokens()
    with pytest.raises(SessionLost):
        Auth(script, bearer=tokens).handle_request(asking())
    assert len(script.requests) == 2
    assert tokens.renewed_times == 1


# --- rate limit -------------------------------------------------------------------------------


def test_a_burst_passes_and_then_one_by_one(clock):
    bucket = TokenBucket(per_second=2, burst=3, clock=clock)
    assert [bucket.take().taken for _ in range(3)] == [True] * 3
    assert bucket.take() == (False, 0.5)
    clock.now += 0.5
    assert bucket.take().taken
    clock.now += 100
    assert [bucket.take().taken for _ in range(4)] == [True, True, True, False]


def test_many_threads_take_no_more_places_than_there_are():
    bucket = TokenBucket(per_second=0.001, burst=50)
    taken = []

    def take():
        taken.extend(bucket.take().taken for _ in range(20))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 50
    assert taken.count(False) == 110


def test_a_place_beyond_the_deadline_is_told_as_throttled(clock):
    bucket = TokenBucket(per_second=0.1, burst=1, clock=clock)
    limited = RateLimit(Script(bundle()), bucket=bucket, sleep=clock.sleep)
    limited.handle_request(asking(clock=clock))
    with pytest.raises(EhrThrottled):
        limited.handle_request(asking(clock=clock))


# --- access log -------------------------------------------------------------------------------


def logged(script, url=OBSERVATIONS):
    request = asking(url)
    try:
        AccessLog(script, base=BASE_URL).handle_request(request)
    finally:
        (event,) = Asked.of(request).events
    return event


def test_a_request_becomes_an_event_without_values():
    event = logged(Script(bundle(observation(meta={"versionId": "4"}))))
    assert (event.method, event.path, event.status) == ("GET", "Observation", 200)
    assert event.parameters == ("patient", "category")
    assert (event.resource_type, event.count) == ("Bundle", 1)
    assert event.returned == ("Observation/o1@4",)
    assert {"returned", "query"} <= event.sealed
    assert "p1" not in event.model_dump_json(exclude=set(event.sealed))


def test_the_log_line_tells_no_patient_and_no_resource(caplog):
    caplog.set_level(logging.INFO)
    keeper.afterwards(caplog.clear).result()  # of readings before
    logged(Script(bundle(observation())), f"{BASE}/Patient/p1-secret")
    keeper.afterwards(lambda: None).result()  # no page waits for the log
    (record,) = caplog.records
    assert record.path == "Patient/{id}"
    assert "secret" not in str(vars(record))
    assert "o1" not in str(vars(record))


@pytest.mark.parametrize(
    ("answer", "outcome_", "code"),
    [
        (httpx2.Response(403), "refused", "access_denied"),
        (httpx2.Response(503), "failed", "ehr_unavailable"),
        (httpx2.Response(404, html="<html>Not here</html>"), "failed", "not_found"),
    ],
)
def test_a_refusal_is_told_with_its_code(answer, outcome_, code):
    event = logged(Script(answer))
    assert (event.outcome, event.code, event.count) == (outcome_, code, 0)


def test_no_answer_is_told_too():
    request = asking()
    with pytest.raises(EhrUnavailable):
        AccessLog(Script(EhrUnavailable()), base=BASE_URL).handle_request(request)
    (event,) = Asked.of(request).events
    assert (event.status, event.code) == (None, "ehr_unavailable")


def test_an_opaque_link_gives_no_parameter_that_might_be_a_value():
    event = logged(Script(bundle()), f"{BASE}?Ruth%20Halloway=1&sessionID=2")
    assert event.path == "(paging)"
    assert event.parameters == ("sessionID",)
