"""The pace towards an EHR: never too fast together, and the panel before the night."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.fhir.addresses import Base
from smartapp.fhir.errors import EhrThrottled
from smartapp.fhir.transport import pacing, stack
from smartapp.fhir.transport.asked import Asked, Use
from smartapp.fhir.transport.buckets import Pace
from smartapp.fhir.transport.pacing import FilePlaces, MemoryPlaces, RedisPlaces
from smartapp.fhir.transport.rate_limit import RateLimit, TokenBucket
from smartapp.fhir.transport.retry import Retry
from smartapp.fhir.vendors import load
from tests.conftest import ROOT
from tests.smartapp.fhir.ehr import bundle
from tests.smartapp.fhir.scripted import Clock, Script, asking

RATE = 40.0
BURST = 10
SECONDS = 3.0


def redis_url():
    """Where Redis is; without it a test is skipped, and fails where CI is set."""
    found = os.environ.get("REDIS_URL", "")
    if not found and os.environ.get("CI") == "true":
        pytest.fail("REDIS_URL is not set, and in CI nothing is skipped for want of it.")
    if not found:
        pytest.skip("needs REDIS_URL")
    return found


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.services)])
def place(request, tmp_path):
    """Where the buckets stand, as the words a process is given."""
    if request.param == "files":
        return str(tmp_path / "pace")
    return redis_url()


def places_at(place):
    spare = MemoryPlaces()
    return RedisPlaces(place, spare=spare) if "://" in place else FilePlaces(Path(place))


def test_the_buckets_give_what_they_hold_and_then_say_when(place):
    places, pace = places_at(place), Pace(f"own-{time.time_ns()}", 5, 3)
    assert [places.take([pace], first=True).taken for _ in range(3)] == [True] * 3
    refused = places.take([pace], first=True)
    assert not refused.taken
    assert 0 < refused.wait <= 0.2
    time.sleep(refused.wait)
    assert places.take([pace], first=True).taken


def test_a_place_is_taken_in_every_bucket_or_in_none(place):
    places, key = places_at(place), time.time_ns()
    wide, narrow = Pace(f"wide-{key}", 0.1, 2), Pace(f"narrow-{key}", 0.1, 1)
    assert places.take([wide, narrow], first=True).taken
    assert not places.take([wide, narrow], first=True).taken
    assert places.take([wide], first=True).taken
    assert not places.take([wide], first=True).taken


def test_the_night_leaves_a_share_for_the_panel(place):
    places, key = places_at(place), time.time_ns()
    night, panel = Pace(f"{key}", 0.1, 10, leaves=0.5), Pace(f"{key}", 0.1, 10)
    assert sum(places.take([night], first=False).taken for _ in range(20)) == 5
    assert sum(places.take([panel], first=True).taken for _ in range(20)) == 5


def test_the_night_waits_while_a_panel_waits(place):
    places, pace = places_at(place), Pace(f"{time.time_ns()}", 20, 1)
    assert places.take([pace], first=False).taken
    waiting = places.take([pace], first=True)
    assert not waiting.taken
    time.sleep(waiting.wait)
    # There is a place now, and it is the panel's.
    assert not places.take([pace], first=False).taken
    assert places.take([pace], first=True).taken


def test_a_panel_that_went_away_keeps_the_night_only_for_a_moment(clock):
    places, pace = MemoryPlaces(clock), Pace("one", 1, 1)
    places.take([pace], first=True)
    places.take([pace], first=True)
    clock.now += 1.2
    assert places.take([pace], first=False).taken


def test_a_clock_that_was_set_back_costs_no_more_than_an_empty_bucket(clock):
    places, pace = MemoryPlaces(clock), Pace("one", 2, 4)
    assert places.take([pace], first=True).taken
    clock.now -= 1_000_000
    refused = places.take([pace], first=True)
    assert refused.wait <= 4 / 2


def test_a_mark_from_before_the_machines_start_holds_the_night_back_for_a_moment(tmp_path, clock):
    pace = Pace("one", 2, 1)
    clock.now = 1_000_000.0
    before = FilePlaces(tmp_path, clock)
    assert before.take([pace], first=True).taken
    assert not before.take([pace], first=True).taken  # a clinician waits, and leaves a mark
    clock.now = 10.0  # a monotonic clock begins anew with the machine
    after = FilePlaces(tmp_path, clock)
    waited = 0.0
    while not (place := after.take([pace], first=False)).taken:
        waited += place.wait
        clock.now += place.wait
        assert waited < 2
    assert waited <= 1 / pace.per_second + 0.1 + 0.001


@given(
    rate=st.floats(0.5, 50),
    burst=st.integers(1, 40),
    asks=st.lists(st.tuples(st.floats(0, 2), st.booleans()), max_size=120),
)
def test_no_window_ever_holds_more_than_burst_and_rate_allow(rate, burst, asks):
    clock = Clock()
    places, taken = MemoryPlaces(clock), []
    for pause, first in asks:
        clock.now += pause
        pace = Pace("one", rate, burst, leaves=0.0 if first else 0.5)
        if places.take([pace], first=first).taken:
            taken.append(clock.now)
    for start, begun in enumerate(taken):
        for count, ended in enumerate(taken[start:], 1):
            assert count <= burst + (ended - begun) * rate + 1e-6


WORKER = """
import sys, time, json, urllib.request
from pathlib import Path
from smartapp.fhir.transport.buckets import Pace
from smartapp.fhir.transport.pacing import FilePlaces, MemoryPlaces, RedisPlaces
place, url, use, key, seconds = sys.argv[1:6]
places = RedisPlaces(place, spare=MemoryPlaces()) if "://" in place else FilePlaces(Path(place))
paces = [Pace(key, 40.0, 10, 0.5 if use == "night" else 0.0)]
until, waits = time.monotonic() + float(seconds), []
while time.monotonic() < until:
    asked = time.monotonic()
    while not (got := places.take(paces, first=use == "panel")).taken:
        time.sleep(max(got.wait, 0.001))
    waits.append(time.monotonic() - asked)
    urllib.request.urlopen(f"{url}/{use}").read()
    if use == "panel":
        time.sleep(0.1)
print(json.dumps(waits))
"""


class Counting(ThreadingHTTPServer):
    """Notes when each request came, and from whom."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.came = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    """Counts."""

    def do_GET(self):
        self.server.came.append((time.monotonic(), self.path.strip("/")))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def counting():
    server = Counting()
    yield server
    server.shutdown()
    server.server_close()


def together(place, counting, *uses):
    url, key = f"http://127.0.0.1:{counting.server_port}", f"two-{time.time_ns()}"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, place, url, use, key, str(SECONDS)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        for use in uses
    ]
    return [json.loads(process.communicate(timeout=60)[0]) for process in started]


def assert_never_too_fast(came):
    moments = sorted(moment for moment, _ in came)
    for start, begun in enumerate(moments):
        for count, ended in enumerate(moments[start:], 1):
            # Places are given exactly, and arrivals vary by what the machine was doing.
            assert count <= BURST + (ended - begun) * RATE + 2


@pytest.mark.alone
def test_two_processes_never_exceed_the_limit_together_and_use_it(place, counting):
    together(place, counting, "night", "night")
    assert_never_too_fast(counting.came)
    both = [moment for moment, _ in counting.came]
    seconds = max(both) - min(both)
    assert len(both) >= 0.9 * seconds * RATE


@pytest.mark.alone
def test_a_panel_hardly_waits_beside_a_busy_night(place, counting):
    waits, _ = together(place, counting, "panel", "night")
    assert_never_too_fast(counting.came)
    asked = Counter(use for _, use in counting.came)
    assert asked["panel"] >= 10
    assert asked["night"] >= 20
    assert sorted(waits)[int(len(waits) * 0.9)] < 0.03


def test_redis_that_is_down_leaves_this_machines_own_count(tmp_path, caplog):
    places = RedisPlaces("redis://127.0.0.1:1/0", spare=FilePlaces(tmp_path))
    pace = Pace("one", 0.1, 2)
    assert [places.take([pace], first=True).taken for _ in range(3)] == [True, True, False]
    assert caplog.text.count("shared pace unavailable") == 1


def test_a_token_has_its_own_pace_within_the_ehrs(monkeypatch, clock):
    places = MemoryPlaces(clock)
    monkeypatch.setattr(pacing, "shared", lambda: places)
    rate = load("epic").rate.model_copy(
        update={"per_second": 0.001, "burst": 100, "night_leaves": 0.5}
    )
    base = Base("https://ehr.example/fhir")
    panel = stack.bucket_for(base, rate, holder="launch-1")
    other = stack.bucket_for(base, rate, holder="launch-2")
    night = stack.bucket_for(base, rate, holder="backend", use=Use.NIGHT)
    assert sum(panel.take().taken for _ in range(200)) == rate.token.burst
    assert not any(night.take().taken for _ in range(5))  # the panels have used half of it
    assert sum(other.take().taken for _ in range(200)) == 100 - rate.token.burst


def test_old_buckets_are_swept(tmp_path):
    FilePlaces(tmp_path).take([Pace("old", 1, 1)], first=True)
    (old,) = tmp_path.iterdir()
    os.utime(old, (1, 1))
    FilePlaces(tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- Retry-After ------------------------------------------------------------------------------


def test_a_held_bucket_gives_nobody_a_place_until_the_hold_is_over(place):
    places, key = places_at(place), time.time_ns()
    pace, night = Pace(f"{key}", 100, 10), Pace(f"{key}", 100, 10, leaves=0.5)
    assert places.take([pace], first=True).taken
    places.hold(pace, 0.4)
    for wanted, first in ((pace, True), (night, False)):
        refused = places_at(place).take([wanted], first=first)
        assert not refused.taken
        assert 0.2 < refused.wait <= 0.4
    assert places.take([Pace(f"{key}-other", 100, 10)], first=True).taken
    time.sleep(0.41)
    assert places.take([pace], first=True).taken


def test_a_hold_is_never_shortened(place):
    places, pace = places_at(place), Pace(f"{time.time_ns()}", 100, 10)
    places.hold(pace, 600)
    places.hold(pace, 1)
    assert places.take([pace], first=True).wait > 590
    places.hold(pace, 700)
    assert places.take([pace], first=True).wait > 690


def test_a_hold_outlives_the_marks_of_those_who_wait(place):
    places, pace = places_at(place), Pace(f"{time.time_ns()}", 1000, 1)
    places.hold(pace, 3.0)
    for _ in range(3):
        assert not places.take([pace], first=True).taken
    # A bucket so fast is forgotten after two seconds, unless it is held.
    time.sleep(2.2)
    assert not places.take([pace], first=True).taken


def test_a_hold_by_a_clock_that_is_gone_ends_within_a_day(clock):
    places, pace = MemoryPlaces(clock), Pace("one", 1, 1)
    places.hold(pace, 60)
    clock.now -= 10_000_000
    assert places.take([pace], first=True).wait <= 24 * 60 * 60
    clock.now += 24 * 60 * 60 + 1
    assert places.take([pace], first=True).taken


def test_a_hold_in_a_file_is_kept_over_a_start_of_the_machine(tmp_path):
    pace, before, after = Pace("one", 1, 1), Clock(), Clock()
    before.now = 5_000_000.0
    FilePlaces(tmp_path, before).hold(pace, 600)
    after.now = 30.0
    assert 590 < FilePlaces(tmp_path, after).take([pace], first=True).wait <= 600


def test_while_redis_is_away_the_spare_knows_of_the_hold():
    spare = MemoryPlaces()
    places = RedisPlaces("redis://127.0.0.1:1", spare=spare)
    places.hold(Pace("one", 1, 1), 60)
    assert not places.take([Pace("one", 1, 1)], first=True).taken
    places.close()


def test_retry_after_holds_back_every_request_of_that_token_and_no_other(clock):
    base, rate = Base("https://ehr.example/fhir"), load("generic").rate
    places = MemoryPlaces(clock)

    def bucket(holder, use=Use.PANEL):
        made = stack.bucket_for(base, rate, holder=holder, use=use)
        made._places = places
        return made

    script = Script(httpx2.Response(429, headers={"Retry-After": "30"}), bundle())
    RateLimit(script, bucket=bucket("one"), sleep=clock.sleep).handle_request(asking(clock=clock))
    other = RateLimit(script, bucket=bucket("other"), sleep=clock.sleep)
    assert other.handle_request(asking(clock=clock)).status_code == 200
    panel = RateLimit(script, bucket=bucket("one"), sleep=clock.sleep)
    with pytest.raises(EhrThrottled) as told:
        panel.handle_request(asking(clock=clock))
    assert 29 < told.value.seconds <= 30
    assert clock.slept == []
    night = RateLimit(script, bucket=bucket("one", Use.NIGHT), sleep=clock.sleep)
    assert night.handle_request(asking(clock=clock, seconds=3600)).status_code == 200
    assert sum(clock.slept) >= 29.9
    assert len(script.requests) == 3


@pytest.mark.parametrize("answer", [(429, {}), (503, {"Retry-After": "30"})])
def test_an_answer_that_is_not_about_this_tokens_pace_holds_nobody(answer, clock):
    status, headers = answer
    bucket = TokenBucket(per_second=10, burst=5, clock=clock)
    limited = RateLimit(
        Script(httpx2.Response(status, headers=headers), bundle()), bucket=bucket, sleep=clock.sleep
    )
    for _ in range(2):
        limited.handle_request(asking(clock=clock))
    assert clock.slept == []


def test_a_clinician_is_told_at_once_that_the_ehr_wants_to_be_left_alone(clock):
    script = Script(EhrThrottled(seconds=30), bundle())
    request = asking(clock=clock)
    with pytest.raises(EhrThrottled):
        Retry(script, sleep=clock.sleep).handle_request(request)
    assert clock.slept == []
    assert Asked.of(request).attempts == 0  # nothing was sent
