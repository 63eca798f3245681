"""What is kept of an EHR's answers, for how long, and how it is forgotten."""

import threading
import time

import httpx2
import pytest
import time_machine

from smartapp.fhir.errors import SessionLost
from smartapp.fhir.results import Concept
from smartapp.fhir.transport import cache as cache_module
from smartapp.fhir.transport import keeper, shelves
from smartapp.fhir.transport.asked import Asked, CacheUse
from smartapp.fhir.transport.cache import Cache
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.concepts import ConceptQuery
from tests.smartapp.fhir.ehr import PATIENT, Ehr, bundle, fhir, observation, reader
from tests.smartapp.fhir.scripted import Script, asking, when_kept
from tests.smartapp.fhir.test_pacing import redis_url


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.services)], autouse=True)
def own(request, tmp_path, monkeypatch):
    """Shelves of the test's own."""
    if request.param == "redis":
        made = shelves.RedisShelves(redis_url())
    else:
        made = shelves.FileShelves(tmp_path)
    when_kept()
    monkeypatch.setattr(shelves, "shared", lambda: made)
    yield made
    when_kept()
    if request.param == "redis":
        made.close()


def launch():
    return f"launch-{time.time_ns()}"


def kept(script, of, seconds=60):
    return Cache(script, scope=f"ehr|{of}|p1", seconds=seconds, launch=of)


def use_of(cache, **more):
    request = asking(**more)
    cache.handle_request(request)
    when_kept()
    return Asked.of(request).cache


# --- forgetting -------------------------------------------------------------------------------


def test_all_of_an_ended_launch_is_forgotten_and_nothing_of_another():
    ended, other = launch(), launch()
    for each in (ended, other):
        use_of(kept(Script(bundle()), each))
    cache_module.forget(ended)
    assert use_of(kept(Script(bundle()), ended)) is CacheUse.NONE
    assert use_of(kept(Script(bundle()), other)) is CacheUse.HIT


def test_an_answer_that_is_on_its_way_into_the_cache_is_forgotten_too(own):
    ended, hold = launch(), threading.Event()
    keeper.afterwards(hold.wait, 5)
    kept(Script(bundle()), ended).handle_request(asking())
    cache_module.forget(ended)
    hold.set()
    when_kept()
    assert use_of(kept(Script(bundle()), ended)) is CacheUse.NONE
    # Nor does anything come after the end.
    assert use_of(kept(Script(bundle()), ended)) is CacheUse.NONE


def test_keeping_and_forgetting_at_once_leaves_nothing(own):
    for number in range(40):
        shelf = f"shelf-{time.time_ns()}-{number}"
        putting = threading.Thread(target=own.put, args=(shelf, "key", b"x"), kwargs={"seconds": 9})
        putting.start()
        own.clear(shelf)
        putting.join()
        assert own.get(shelf, "key") is None


def test_a_session_the_ehr_ended_leaves_nothing():
    lost = launch()
    use_of(kept(Script(bundle()), lost))
    with pytest.raises(SessionLost):
        kept(Script(SessionLost()), lost).handle_request(asking("https://ehr.example/fhir/R4/X"))
    assert use_of(kept(Script(bundle()), lost)) is CacheUse.NONE


# --- how long ---------------------------------------------------------------------------------


def test_an_answer_is_served_as_long_as_its_asker_said():
    of = launch()
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        use_of(kept(Script(bundle()), of), keep_seconds=600)
        clock.shift(599)
        assert use_of(kept(Script(bundle()), of), keep_seconds=600) is CacheUse.HIT
        clock.shift(2)
        assert use_of(kept(Script(bundle()), of), keep_seconds=600) is CacheUse.NONE


def test_who_keeps_nothing_keeps_nothing_whatever_the_profile_says():
    of = launch()
    use_of(kept(Script(bundle()), of, seconds=0), keep_seconds=600)
    assert use_of(kept(Script(bundle()), of, seconds=0), keep_seconds=600) is CacheUse.NONE


@pytest.mark.parametrize("vendor", ["epic", "oracle_health", "generic"])
def test_each_concept_says_how_long_between_five_and_thirty_minutes(vendor):
    asked = {c: a for c, a in load(vendor).concepts.items() if isinstance(a, ConceptQuery)}
    minutes = {concept: asks.keep_minutes for concept, asks in asked.items()}
    assert set(Concept) - set(minutes) <= {Concept.ADMINISTRATIONS, Concept.MESSAGES}
    assert all(5 <= each <= 30 for each in minutes.values())
    assert minutes[Concept.LABS] < minutes[Concept.IMMUNIZATIONS]


@pytest.mark.django_db
def test_a_reading_may_insist_on_fresh_data():
    ehr = Ehr().on("Observation", bundle(observation("old")), bundle(observation("new")))
    one = reader(ehr, cache_seconds=60, scope=f"ehr|{launch()}|{PATIENT}")

    def ids(**more):
        found = [each.id for each in one.read(Concept.LABS, **more).resources]
        when_kept()
        return found

    assert ids() == ["old"]
    assert ids() == ["old"]
    assert ids(fresh=True) == ["new"]
    assert ids() == ["new"]


def test_who_insists_is_not_given_what_another_who_insisted_has_just_got():
    script = Script(bundle(observation("old")), bundle(observation("new")))
    of = kept(script, launch())
    of.handle_request(asking(fresh=True))
    assert b"new" in of.handle_request(asking(fresh=True)).content


def test_after_a_fresh_answer_nobody_is_given_an_older_one():
    script = Script(bundle(observation("old")), bundle(observation("new")))
    of = kept(script, launch())
    of.handle_request(asking())
    when_kept()
    of.handle_request(asking(fresh=True))
    assert b"new" in of.handle_request(asking()).content


def test_an_answer_that_was_asked_for_earlier_and_comes_later_is_not_kept():
    of, begun, go = launch(), threading.Event(), threading.Event()

    def slow(_):
        begun.set()
        go.wait(5)
        return bundle(observation("old"))

    slowly = threading.Thread(target=kept(Script(slow), of).handle_request, args=[asking()])
    slowly.start()
    assert begun.wait(5)
    kept(Script(bundle(observation("new"))), of).handle_request(asking(fresh=True))
    go.set()
    slowly.join()
    when_kept()
    assert b"new" in kept(Script(bundle()), of).handle_request(asking()).content


# --- revalidation -----------------------------------------------------------------------------

READ = "https://ehr.example/fhir/R4/Patient/p1"


def etagged(request):
    if request.headers.get("If-None-Match") == 'W/"1"':
        return httpx2.Response(304)
    return fhir({"resourceType": "Patient", "id": "p1"}, ETag='W/"1"')


def test_an_answer_that_ran_out_is_asked_about_and_kept_anew():
    of = launch()
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        use_of(kept(Script(etagged), of), url=READ)
        clock.shift(61)
        script, request = Script(etagged), asking(READ)
        answer = kept(script, of).handle_request(request)
        when_kept()
        assert answer.json()["id"] == "p1"
        assert Asked.of(request).cache is CacheUse.REVALIDATED
        assert len(script.requests) == 1
        assert use_of(kept(Script(etagged), of), url=READ) is CacheUse.HIT


def test_an_answer_that_changed_meanwhile_takes_the_place_of_the_old():
    of = launch()
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        use_of(kept(Script(etagged), of), url=READ)
        clock.shift(61)
        changed = fhir({"resourceType": "Patient", "id": "p1", "gender": "female"}, ETag='W/"2"')
        request = asking(READ)
        assert kept(Script(changed), of).handle_request(request).json()["gender"] == "female"
        assert Asked.of(request).cache is CacheUse.NONE


# --- what is not worth keeping ----------------------------------------------------------------


@pytest.mark.parametrize("body", [b'{"resourceType": "Bun', b"[" * 300 + b"]" * 300])
def test_a_broken_answer_is_not_served_again(body):
    of = launch()
    broken = httpx2.Response(200, content=body, headers={"Content-Type": "application/json"})
    use_of(kept(Script(broken), of))
    assert use_of(kept(Script(bundle()), of)) is CacheUse.NONE


def test_what_has_run_out_is_swept(tmp_path):
    swept = shelves.FileShelves(tmp_path / "swept")
    swept.put("one", "key", b"x", seconds=-120)
    swept._swept_at = 0.0
    swept.put("two", "key", b"x", seconds=60)
    assert [path.name for path in (tmp_path / "swept").iterdir()] == ["two"]
