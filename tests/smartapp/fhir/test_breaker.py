"""An EHR that keeps failing is left alone by all processes, and asked again by one."""

import logging

import httpx2
import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

from smartapp.fhir.asking import Asker
from smartapp.fhir.errors import EhrPaused, EhrUnavailable
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.transport.breaker import FIRST_SECONDS, LONGEST_SECONDS, Breaker, Pauses
from smartapp.fhir.transport.retry import Retry
from smartapp.fhir.vendors import load
from tests.smartapp.fhir.ehr import bundle, outcome
from tests.smartapp.fhir.scripted import BASE_URL, Clock, Script, asking

DOWN = httpx2.Response(503)


@pytest.fixture
def clock():
    clock = Clock()
    clock.now = 1_000_000.0
    return clock


@pytest.fixture
def pauses(tmp_path, clock):
    """Make the view that one process has of the pauses."""

    def make(after=3):
        store = FileBasedCache(str(tmp_path), {})
        return Pauses("https://ehr.example", after=after, store=store, clock=clock)

    return make


def send(pauses, *answers, clock, times=1, **more):
    script = Script(*answers)
    for _ in range(times):
        Breaker(script, pauses=pauses).handle_request(asking(clock=clock, **more))
    return script


def events_of(pauses, answer, clock):
    request = asking(clock=clock)
    Breaker(Script(answer), pauses=pauses).handle_request(request)
    return [event.type for event in Asked.of(request).events]


def test_failures_in_a_row_begin_a_pause_in_which_nothing_is_sent(pauses, clock):
    mine = pauses()
    send(mine, DOWN, clock=clock, times=3)
    with pytest.raises(EhrPaused) as refused:
        send(mine, bundle(), clock=clock)
    assert refused.value.code == "ehr_paused"
    assert 0 < refused.value.seconds <= FIRST_SECONDS


def test_the_beginning_and_the_end_of_a_pause_are_told_once_each(pauses, clock):
    mine = pauses(after=1)
    assert events_of(mine, DOWN, clock) == ["fhir.ehr_left_alone"]
    for _ in range(5):
        with pytest.raises(EhrPaused):
            events_of(mine, bundle(), clock)
    clock.now += FIRST_SECONDS + 0.1
    request = asking(clock=clock)
    Breaker(Script(bundle()), pauses=mine).handle_request(request)
    (back,) = Asked.of(request).events
    assert (back.type, back.refused) == ("fhir.ehr_back", 5)
    assert events_of(mine, bundle(), clock) == []


def test_another_process_learns_of_the_pause_within_a_second(pauses, clock):
    mine, other = pauses(), pauses()
    send(other, bundle(), clock=clock)
    send(mine, DOWN, clock=clock, times=3)
    clock.now += 1.1
    with pytest.raises(EhrPaused):
        send(other, bundle(), clock=clock)


def test_of_all_processes_one_probes_and_its_answer_opens_for_all(pauses, clock):
    mine, other = pauses(), pauses()
    send(mine, DOWN, clock=clock, times=3)
    clock.now += FIRST_SECONDS + 0.1

    def answer_while_the_other_asks(request):
        with pytest.raises(EhrPaused):
            send(other, bundle(), clock=clock)
        return bundle()

    send(mine, answer_while_the_other_asks, clock=clock)
    clock.now += 1.1
    assert len(send(other, bundle(), clock=clock).requests) == 1


def test_a_probe_that_fails_doubles_the_pause_up_to_a_minute(pauses, clock):
    mine, waited = pauses(), []
    send(mine, DOWN, clock=clock, times=3)
    for _ in range(6):
        with pytest.raises(EhrPaused) as refused:
            send(mine, DOWN, clock=clock)
        waited.append(round(refused.value.seconds))
        clock.now += refused.value.seconds + 0.1
        send(mine, DOWN, clock=clock)
    assert waited == [5, 10, 20, 40, LONGEST_SECONDS, LONGEST_SECONDS]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(400),
        httpx2.Response(403),
        httpx2.Response(404),
        httpx2.Response(429),
        outcome("required", severity="fatal", status=500),
    ],
)
def test_an_ehr_that_refuses_is_not_one_that_fails(pauses, clock, answer):
    mine = pauses()
    send(mine, answer, clock=clock, times=10)
    assert len(send(mine, bundle(), clock=clock).requests) == 1


def test_an_answer_between_failures_starts_the_count_anew(pauses, clock):
    mine = pauses()
    for _ in range(5):
        send(mine, DOWN, DOWN, bundle(), clock=clock, times=3)
    assert len(send(mine, bundle(), clock=clock).requests) == 1


def test_an_asker_who_gave_up_at_once_says_nothing_about_the_ehr(pauses, clock):
    mine = pauses(after=1)

    def slow(request):
        clock.now += 0.3
        raise EhrUnavailable

    with pytest.raises(EhrUnavailable):
        send(mine, slow, clock=clock, seconds=0.2)
    assert len(send(mine, bundle(), clock=clock).requests) == 1


def test_a_panel_is_told_at_once_and_a_night_waits_the_pause_out(pauses, clock):
    mine = pauses(after=1)
    send(mine, DOWN, clock=clock)
    script = Script(bundle())
    retrying = Retry(Breaker(script, pauses=mine), sleep=clock.sleep, jitter=lambda: 1.0)
    panel = asking(clock=clock, seconds=10)
    with pytest.raises(EhrPaused):
        retrying.handle_request(panel)
    assert Asked.of(panel).attempts == 0
    assert clock.slept == []
    assert retrying.handle_request(asking(clock=clock, seconds=300)).status_code == 200
    assert sum(clock.slept) >= FIRST_SECONDS


def test_what_was_never_sent_is_no_request_in_the_trail(pauses, clock):
    mine = pauses(after=1)
    send(mine, DOWN, clock=clock)
    request = asking(clock=clock, seconds=1)
    guarded = AccessLog(Retry(Breaker(Script(bundle()), pauses=mine)), base=BASE_URL)
    with pytest.raises(EhrPaused):
        guarded.handle_request(request)
    assert list(Asked.of(request).events) == []


def test_without_a_store_each_process_pauses_for_itself(clock, caplog):
    caplog.set_level(logging.WARNING)
    down = RedisCache("redis://127.0.0.1:1/0", {})
    mine = Pauses("https://ehr.example", after=2, store=down, clock=clock)
    send(mine, DOWN, clock=clock, times=2)
    with pytest.raises(EhrPaused):
        send(mine, bundle(), clock=clock)
    clock.now += FIRST_SECONDS + 0.1
    assert len(send(mine, bundle(), clock=clock).requests) == 1
    assert "cache unavailable" in caplog.text


@pytest.mark.django_db
def test_a_reading_beside_a_paused_ehr_says_so(pauses, clock):
    mine = pauses(after=1)
    send(mine, DOWN, clock=clock)
    guarded = AccessLog(Breaker(Script(bundle()), pauses=mine), base=BASE_URL)
    profile = load("generic")
    reader = Reader(
        profile=profile,
        asker=Asker(transport=guarded, base=BASE_URL, accept=profile.accept),
        patient_id="p1",
        granted_scopes="patient/*.rs",
        seconds=5,
    )
    (missing,) = reader.read(Concept.LABS).missing
    assert missing.detail == "ehr_paused"
