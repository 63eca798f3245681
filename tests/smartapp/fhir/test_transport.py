"""Each wrapper by itself, and the stack's order."""

import gzip
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx2
import pytest

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import (
    EhrThrottled,
    EhrUnavailable,
    ForeignAddress,
    SessionLost,
    UnreadableResponse,
)
from smartapp.fhir.outcomes import retry_after
from smartapp.fhir.transport import keeper, shelves
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import Asked, CacheUse
from smartapp.fhir.transport.auth import Auth
from smartapp.fhir.transport.cache import Cache
from smartapp.fhir.transport.guard import Guard
from smartapp.fhir.transport.rate_limit import RateLimit, TokenBucket
from smartapp.fhir.transport.retry import Retry
from smartapp.fhir.transport.wire import Wire
from tests.smartapp.fhir.ehr import BASE, Tokens, bundle, fhir, observation, outcome

BASE_URL = Base(BASE)
OBSERVATIONS = f"{BASE}/Observation?patient=p1&category=laboratory"


class Events(list):
    """A collector."""

    add = list.append


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Script(httpx2.BaseTransport):
    """Answers in order; the last stays."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.tokens = []

    def handle_request(self, request):
        self.requests.append(request)
        self.tokens.append(request.headers.get("Authorization"))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer


@pytest.fixture
def clock():
    return Clock()


def asking(url=OBSERVATIONS, *, seconds=8.0, clock=time.monotonic, method="GET", **more):
    asked = Asked(deadline=clock() + seconds, events=Events(), clock=clock, **more)
    return asked.attach(httpx2.Request(method, url))


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


# --- guard ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["https://evil.example/fhir/R4/Observation", "https://ehr.example/admin"]
)
def test_a_foreign_address_is_not_asked(url):
    script = Script(bundle())
    with pytest.raises(ForeignAddress):
        Guard(script, base=BASE_URL).handle_request(asking(url))
    assert script.requests == []


def test_a_redirect_is_handed_back_unfollowed():
    script = Script(httpx2.Response(302, headers={"Location": "https://evil.example/"}))
    assert Guard(script, base=BASE_URL).handle_request(asking()).status_code == 302
    assert len(script.requests) == 1


def test_an_oversized_answer_is_not_read_to_its_end():
    read = []

    def stream():
        for number in range(1000):
            read.append(number)
            yield b"x" * 100

    answer = httpx2.Response(200, content=stream(), headers={"Content-Type": "application/json"})
    with pytest.raises(UnreadableResponse):
        Guard(Script(answer), base=BASE_URL, max_bytes=1000).handle_request(asking())
    assert len(read) < 20


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused():
    packed = gzip.compress(b"x" * 100_000)
    answer = httpx2.Response(
        200,
        content=packed,
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    with pytest.raises(UnreadableResponse):
        Guard(Script(answer), base=BASE_URL, max_bytes=50_000).handle_request(asking())


def test_a_packed_answer_is_unpacked_once():
    packed = httpx2.Response(
        200, content=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}
    )
    answer = Guard(Script(packed), base=BASE_URL).handle_request(asking())
    assert answer.content == b"{}"
    assert "content-encoding" not in answer.headers


def test_an_answer_that_drips_is_cut_at_the_deadline(clock):
    def drip():
        for _ in range(1000):
            clock.now += 1
            yield b"x"

    answer = httpx2.Response(200, content=drip(), headers={"Content-Type": "application/json"})
    with pytest.raises(EhrUnavailable):
        Guard(Script(answer), base=BASE_URL).handle_request(asking(clock=clock, seconds=5))
    assert clock.now <= 106


@pytest.mark.parametrize("kind", ["text/html", "application/fhir+xml", "text/plain"])
def test_a_success_that_is_no_json_is_unreadable(kind):
    answer = httpx2.Response(200, content=b"<x/>", headers={"Content-Type": kind})
    with pytest.raises(UnreadableResponse):
        Guard(Script(answer), base=BASE_URL).handle_request(asking())


def test_a_binary_may_be_of_any_type():
    answer = httpx2.Response(200, content=b"<p>", headers={"Content-Type": "text/html"})
    request = asking(f"{BASE}/Binary/b1", any_content=True)
    assert Guard(Script(answer), base=BASE_URL).handle_request(request).content == b"<p>"


def test_a_broken_connection_is_told_without_its_address():
    failure = httpx2.ReadTimeout("https://ehr.example/fhir/R4/Observation?patient=p1")
    with pytest.raises(EhrUnavailable) as caught:
        Guard(Script(failure), base=BASE_URL).handle_request(asking())
    assert "p1" not in str(caught.value)
    assert caught.value.__suppress_context__


# --- wire -------------------------------------------------------------------------------------


def test_a_request_waits_no_longer_than_is_left_to_it(clock):
    script = Script(bundle())
    Wire(script).handle_request(asking(clock=clock, seconds=2.0))
    assert script.requests[0].extensions["timeout"]["read"] == pytest.approx(2.0)


def test_a_request_whose_time_is_up_is_not_sent(clock):
    script = Script(bundle())
    with pytest.raises(EhrUnavailable):
        Wire(script).handle_request(asking(clock=clock, seconds=0))
    assert script.requests == []


# --- retry ------------------------------------------------------------------------------------


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


# --- cache ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """Shelves of the test's own."""
    when_kept()
    own = shelves.FileShelves(tmp_path / "shelves")
    monkeypatch.setattr(shelves, "shared", lambda: own)
    yield tmp_path / "shelves"
    when_kept()


def when_kept():
    """Wait until what was answered so far is kept: that happens behind the asker's back."""
    keeper.afterwards(lambda: None).result()


def test_an_answer_is_kept_and_served_again():
    script = Script(fhir({"resourceType": "Patient", "id": "p1"}))
    kept = Cache(script, scope="ehr|launch|p1", seconds=60)
    kept.handle_request(asking())
    when_kept()
    request = asking()
    answer = kept.handle_request(request)
    assert answer.json()["id"] == "p1"
    assert answer.headers["content-type"] == "application/fhir+json"
    assert Asked.of(request).cache is CacheUse.HIT
    assert len(script.requests) == 1


@pytest.mark.parametrize("other", ["ehr|other|p1", "ehr|launch|p2", "other|launch|p1"])
def test_no_answer_crosses_to_another_launch_patient_or_ehr(other):
    first, second = Script(bundle()), Script(bundle())
    Cache(first, scope="ehr|launch|p1", seconds=60).handle_request(asking())
    Cache(second, scope=other, seconds=60).handle_request(asking())
    assert len(second.requests) == 1


def test_the_store_holds_neither_address_nor_content_in_the_clear(shelf):
    script = Script(fhir({"resourceType": "Patient", "id": "p1", "name": [{"family": "Halloway"}]}))
    Cache(script, scope="ehr|launch|p1", seconds=60).handle_request(asking())
    when_kept()
    (stored,) = shelf.glob("*/*")
    assert b"Halloway" not in stored.read_bytes()
    assert b"Observation" not in stored.read_bytes()
    assert stored.read_bytes().startswith(b"v1.")
    assert "p1" not in f"{stored.parent.name}/{stored.name}"


def test_a_kept_answer_that_no_longer_opens_is_fetched_anew(settings):
    script = Script(bundle())
    kept = Cache(script, scope="ehr|launch|p1", seconds=60)
    kept.handle_request(asking())
    when_kept()
    settings.ENCRYPTION_KEYS = {"new": "A" * 43 + "="}
    kept.handle_request(asking())
    assert len(script.requests) == 2


def test_an_answer_is_handed_on_before_it_is_kept():
    keep = threading.Event()
    keeper.afterwards(keep.wait, 5)  # the one thread that keeps has its hands full
    script = Script(fhir({"resourceType": "Patient", "id": "p1"}))
    cache = Cache(script, scope="ehr|launch|p1", seconds=60)
    assert cache.handle_request(asking()).json()["id"] == "p1"
    second = asking()
    assert cache.handle_request(second).json()["id"] == "p1"
    assert Asked.of(second).cache is CacheUse.SHARED
    assert len(script.requests) == 1
    keep.set()
    when_kept()
    third = asking()
    cache.handle_request(third)
    assert Asked.of(third).cache is CacheUse.HIT


@pytest.mark.parametrize("answer", [httpx2.Response(404), httpx2.Response(503)])
def test_a_refusal_is_not_kept(answer):
    script = Script(answer, bundle())
    kept = Cache(script, scope="ehr|launch|p1", seconds=60)
    assert kept.handle_request(asking()).status_code != 200
    assert kept.handle_request(asking()).status_code == 200


def test_many_askers_share_one_fetch():
    arrived, go = threading.Event(), threading.Event()

    def slow(request):
        arrived.set()
        assert go.wait(5)
        return bundle(observation())

    script = Script(slow)
    kept = Cache(script, scope="ehr|launch|p1", seconds=0)
    requests = [asking() for _ in range(6)]
    answers = []

    def ask(request):
        answers.append(kept.handle_request(request))

    threads = [threading.Thread(target=ask, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    assert arrived.wait(5)
    time.sleep(0.05)
    go.set()
    for thread in threads:
        thread.join()
    assert len(script.requests) == 1
    assert len(answers) == 6
    assert sorted(Asked.of(each).cache for each in requests) == ["", *["shared"] * 5]


def test_who_has_more_time_than_the_one_whose_fetch_they_joined_asks_anew():
    arrived, go = threading.Event(), threading.Event()

    def late(request):
        arrived.set()
        assert go.wait(5)
        raise EhrUnavailable

    script = Script(late, bundle())
    kept = Cache(script, scope="ehr|launch|p1", seconds=0)
    hurried, patient = asking(seconds=0.1), asking(seconds=8)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.handle_request, hurried)
        assert arrived.wait(5)
        second = pool.submit(kept.handle_request, patient)
        time.sleep(0.15)  # now the first one's time is over
        go.set()
        assert isinstance(first.exception(), EhrUnavailable)
        assert second.result().status_code == 200
    assert Asked.of(patient).cache is CacheUse.NONE
    assert len(script.requests) == 2


def test_those_who_share_a_fetch_share_its_failure_and_the_next_asks_anew():
    go = threading.Event()

    def failing(request):
        assert go.wait(5)
        raise EhrUnavailable

    script = Script(failing, bundle())
    kept = Cache(script, scope="ehr|launch|p1", seconds=0)
    failures = []

    def ask():
        try:
            kept.handle_request(asking())
        except EhrUnavailable as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    go.set()
    for thread in threads:
        thread.join()
    assert len(failures) == 3
    assert kept.handle_request(asking()).status_code == 200


def test_who_waits_for_anothers_fetch_waits_no_longer_than_its_own_deadline():
    go = threading.Event()

    def slow(request):
        assert go.wait(5)
        return bundle()

    kept = Cache(Script(slow), scope="ehr|launch|p1", seconds=0)
    leader = threading.Thread(target=lambda: kept.handle_request(asking()))
    leader.start()
    time.sleep(0.05)
    try:
        with pytest.raises(EhrUnavailable):
            kept.handle_request(asking(seconds=0.05))
    finally:
        go.set()
        leader.join()


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
    logged(Script(bundle(observation())), f"{BASE}/Patient/p1-secret")
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
