"""Answers kept for one launch: who is served them, and how many ask for one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from smartapp.fhir.errors import EhrUnavailable
from smartapp.fhir.transport import keeper, shelves
from smartapp.fhir.transport.asked import Asked, CacheUse
from smartapp.fhir.transport.cache import Cache
from tests.smartapp.fhir.ehr import bundle, fhir, observation
from tests.smartapp.fhir.scripted import Script, asking, when_kept


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """Shelves of the test's own."""
    when_kept()
    own = shelves.FileShelves(tmp_path / "shelves")
    monkeypatch.setattr(shelves, "shared", lambda: own)
    yield tmp_path / "shelves"
    when_kept()


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
