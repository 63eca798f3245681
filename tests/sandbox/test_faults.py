"""Faults over HTTP: each does what its name says, where and as often as it was told."""

import gzip
import json
import math
import time

import httpx2
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from sandbox.control import guard
from sandbox.faults.slowness import _wait
from tests.sandbox.conftest import MANY_RESULTS, OSEI, RUTH
from tests.sandbox.control import Control
from tests.sandbox.hospital import HTTP, JSON, sign_in

LABS = f"Observation?patient={RUTH}&category=laboratory&_count=40"
PROBLEMS = f"Condition?patient={RUTH}"


@pytest.fixture(scope="module")
def clients(hospital):
    held = {}

    def client(personality):
        if personality not in held:
            held[personality] = sign_in(hospital, personality, RUTH, OSEI)
        return held[personality]

    return client


@pytest.fixture
def control(hospital):
    controlling = Control(hospital.base_url)
    controlling.clear()
    yield controlling
    controlling.clear()


@pytest.fixture
def generic(clients):
    return clients("generic")


def entries(answer):
    return answer.raise_for_status().json().get("entry", [])


def matches(answer):
    return [e["resource"] for e in entries(answer) if e["search"]["mode"] == "match"]


# Switching on and off


def test_every_fault_says_what_it_does_and_can_be_switched_on_as_it_is(control):
    known = control.known()
    assert len(known) > 30
    for one in known:
        assert len(one["about"]) > 20
        assert one["kinds"]
        with control.fault(one["name"], path="^never$", **one["parameters"]) as rule:
            assert rule["kinds"] == one["kinds"]
    assert control.request("GET", "faults").json()["active"] == []


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"fault": "plague"}, "unknown_fault"),
        ({"fault": "hang", "parameters": {"minutes": 1}}, "unknown_parameter"),
        ({"fault": "hang", "parameters": {"seconds": "long"}}, "malformed"),
        ({"fault": "hang", "kinds": ["reading"]}, "unknown_kind"),
        ({"fault": "hang", "personality": "cerner"}, "unknown_personality"),
        ({"fault": "hang", "count": -1}, "malformed"),
        ({"fault": "hang", "path": "("}, "malformed"),
        ({"fault": "hang", "colour": "red"}, "unknown_field"),
        (["hang"], "malformed"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_and_nothing_is_on(control, wish, error):
    answer = control.request("POST", "faults", json=wish)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert control.request("GET", "faults").json()["active"] == []


def test_a_page_of_another_site_cannot_switch_a_fault_on(control):
    form = control.request("POST", "faults", content='{"fault": "hang"}')
    assert form.status_code == 400


def test_a_rule_keeps_to_its_hospital_kind_type_path_and_count(control, clients):
    generic, epic = clients("generic"), clients("epic")
    rule = {"personality": "generic", "kinds": ["search"], "types": ["Condition"], "count": 2}
    with control.fault("server-error", **rule) as taken:
        assert generic.get(f"Patient/{RUTH}").status_code == 200
        assert generic.get(LABS).status_code == 200
        assert epic.get(PROBLEMS).status_code == 200
        assert [generic.get(PROBLEMS).status_code for _ in range(3)] == [500, 500, 200]
        assert control.touched(taken) == 2
    with control.fault("server-error", path="category=laboratory"):
        assert generic.get(LABS).status_code == 500
        assert generic.get(PROBLEMS).status_code == 200
    with control.fault("server-error", after=1, count=1):
        assert [generic.get(PROBLEMS).status_code for _ in range(3)] == [200, 500, 200]


def test_a_share_of_the_calls_is_touched_the_same_ones_each_time(control, generic):
    runs = []
    for _ in range(2):
        with control.fault("server-error", share=0.5, seed=3):
            runs.append([generic.get(PROBLEMS).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert 4 < runs[0].count(500) < 16


def test_the_control_answers_this_machine_only_unless_told(monkeypatch):
    answer = guard.controlled(lambda _request: HttpResponse(status=204))
    far = RequestFactory().get("/control/faults", REMOTE_ADDR="192.0.2.7")
    assert answer(far).status_code == 403
    assert json.loads(answer(far).content)["error"] == "control_refused"
    for near in ("127.0.0.1", "::1"):
        assert answer(RequestFactory().get("/", REMOTE_ADDR=near)).status_code == 204
    monkeypatch.setattr(guard.settings, "SANDBOX_CONTROL", True)
    assert answer(far).status_code == 204


# Slowness


def test_latency_is_fixed_uniform_or_lognormal(control, generic):
    def took():
        began = time.monotonic()
        generic.get(PROBLEMS).raise_for_status()
        return (time.monotonic() - began) * 1000

    with control.fault("latency", ms=120):
        assert took() >= 119
    with control.fault("latency", distribution="uniform", low=60, high=80):
        assert took() >= 59
    with control.fault("latency", distribution="lognormal", p50=40, p95=80, longest=100):
        waits = sorted(took() for _ in range(21))
    assert waits[10] > 15
    assert waits[-1] > 1.3 * waits[2]


def test_lognormal_waits_have_the_percentiles_they_were_given():
    waits = sorted(_wait("lognormal", 0, (0, 0), (200, 2000)) for _ in range(4000))
    assert math.isclose(waits[2000], 200, rel_tol=0.15)
    assert math.isclose(waits[3800], 2000, rel_tol=0.25)


def test_a_hanging_hospital_answers_nothing_and_others_go_on(control, generic):
    with control.fault("hang", kinds=["search"]):
        with pytest.raises(httpx2.ReadTimeout):
            generic.get(PROBLEMS, timeout=0.3)
        assert generic.get(f"Patient/{RUTH}").status_code == 200
    with control.fault("hang", seconds=0.1):
        assert generic.get(PROBLEMS).status_code == 504


def test_a_dripping_body_is_whole_in_the_end_or_stalls(control, generic):
    whole = generic.get(f"Patient/{RUTH}").json()
    began = time.monotonic()
    with control.fault("drip", size=100, ms=20):
        assert generic.get(f"Patient/{RUTH}").json() == whole
    assert time.monotonic() - began > 0.1
    with control.fault("drip", size=100, ms=1, stall_after=200), pytest.raises(httpx2.ReadTimeout):
        generic.get(f"Patient/{RUTH}", timeout=0.4)


# Statuses


def test_throttling_says_when_to_come_back_or_does_not(control, clients):
    for personality in ("epic", "oracle", "generic"):
        client = clients(personality)
        with control.fault("throttled", retry_after=3):
            answer = client.get(PROBLEMS)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
        assert answer.json()["issue"][0]["code"] == "throttled"
        with control.fault("throttled-silently"):
            assert "retry-after" not in client.get(PROBLEMS).headers
    with control.fault("throttled", as_date=True):
        assert client.get(PROBLEMS).headers["retry-after"].endswith("GMT")


@pytest.mark.parametrize(
    ("name", "status", "media"),
    [
        ("server-error", 500, "application/fhir+json"),
        ("bad-gateway", 502, "text/html"),
        ("unavailable", 503, "application/fhir+json"),
        ("html-404", 404, "text/html"),
        ("html-page", 200, "text/html"),
    ],
)
def test_each_failure_has_its_status_and_form(control, generic, name, status, media):
    with control.fault(name):
        answer = generic.get(PROBLEMS)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(media)


def test_a_redirect_leads_where_it_was_told(control, generic):
    with control.fault("redirect-abroad", to="http://127.0.0.1:1/far"):
        answer = generic.get(PROBLEMS, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"].startswith("http://127.0.0.1:1/far/generic/")


def test_a_broken_connection_hides_what_was_done(control, generic):
    with control.fault("disconnect", sent=10), pytest.raises(httpx2.TransportError):
        generic.get(PROBLEMS)


# Bodies


def test_bodies_end_early_are_no_json_or_another_format(control, generic):
    whole = generic.get(PROBLEMS).content
    with control.fault("truncated-json", keep=0.5):
        assert len(generic.get(PROBLEMS).content) < 0.6 * len(whole)
    for how in ("comma", "nan", "utf8", "twice", "null", "list", "empty", "quotes"):
        with control.fault("malformed-json", how=how):
            content = generic.get(PROBLEMS).content
        try:
            read = json.loads(content)
        except ValueError:
            continue
        assert not isinstance(read, dict) or how == "nan"
    with control.fault("xml"):
        answer = generic.get(PROBLEMS)
    assert answer.headers["content-type"].startswith("application/fhir+xml")
    assert answer.content.startswith(b"<?xml")
    with control.fault("wrong-content-type"):
        answer = generic.get(PROBLEMS)
    assert answer.headers["content-type"] == "text/plain"
    assert answer.json()["resourceType"] == "Bundle"


def test_bodies_are_too_big_too_deep_or_explode(control, generic):
    with control.fault("oversize", megabytes=3):
        answer = generic.get(PROBLEMS)
    assert len(answer.content) > 3 << 20
    assert "content-length" not in answer.headers
    with control.fault("oversize", megabytes=3, declared=True):
        assert int(generic.get(PROBLEMS).headers["content-length"]) > 3 << 20
    with control.fault("deep", levels=500):
        assert b"[" * 500 in generic.get(PROBLEMS).content
    with control.fault("gzip-bomb", megabytes=20):
        headers = {"Authorization": f"Bearer {generic.token}", "Accept": JSON}
        with HTTP.stream("GET", f"{generic.base}/{PROBLEMS}", headers=headers) as stream:
            packed = b"".join(stream.iter_raw())
    assert len(packed) < 100_000
    assert len(gzip.decompress(packed)) > 20 << 20


# Bundles


@pytest.mark.parametrize("personality", ["epic", "oracle", "generic"])
def test_other_patients_resources_stand_among_the_matches(control, clients, personality):
    client = clients(personality)
    with control.fault("other-patients", how_many=2):
        found = matches(client.get(LABS))
        read = client.get(f"Patient/{RUTH}").json()
    owners = {one["subject"]["reference"] for one in found}
    assert f"Patient/{RUTH}" in owners
    assert len(owners) >= 2
    assert found[0]["subject"]["reference"] != f"Patient/{RUTH}"
    assert read["id"] == RUTH
    assert read["name"][0]["family"] != "Halloway"


def test_wrong_types_stand_beside_the_matches_or_instead_of_them(control, generic):
    with control.fault("wrong-types"):
        types = [one["resourceType"] for one in matches(generic.get(LABS))]
        assert generic.get(f"Patient/{RUTH}").json()["resourceType"] == "Basic"
    assert types == ["Basic", *["Observation"] * 40]
    with control.fault("wrong-types", instead=True):
        assert {one["resourceType"] for one in matches(generic.get(LABS))} == {"Basic"}


@pytest.mark.parametrize(
    ("name", "code", "number"),
    [
        ("suppressed", "suppressed", "59204"),
        ("nothing-found", "processing", "4101"),
        ("failed-inside", "exception", "59999"),
    ],
)
def test_outcomes_stand_in_bundles(control, generic, name, code, number):
    with control.fault(name):
        answer = generic.get(LABS)
    (row,) = [e["resource"] for e in entries(answer) if e["search"]["mode"] == "outcome"]
    assert row["issue"][0]["code"] == code
    assert row["issue"][0]["details"]["coding"][0]["code"] == number
    assert len(matches(answer)) == (0 if name == "nothing-found" else 40)


def test_an_id_comes_again_on_the_next_page_in_an_older_version(control, generic):
    with control.fault("repeated-ids") as rule:
        found = generic.everything(LABS)
        assert control.touched(rule) > 1
    seen = {}
    for one in found:
        seen.setdefault(one["id"], []).append(one)
    twice = [held for held in seen.values() if len(held) > 1]
    assert twice
    for held in twice:
        dates = {one["meta"]["lastUpdated"] for one in held}
        assert len(dates) == 2


def test_next_links_lead_abroad_or_nowhere(control, generic):
    with control.fault("next-abroad", to="http://127.0.0.1:1/x"):
        links = generic.get(LABS).json()["link"]
    assert links[-1] == {"relation": "next", "url": "http://127.0.0.1:1/x?page=2"}
    with control.fault("next-circular"):
        first = generic.get(LABS).json()
        again = generic.get(first["link"][-1]["url"]).json()
    assert again["link"][-1] == first["link"][-1]
    assert [e["fullUrl"] for e in again["entry"]] == [e["fullUrl"] for e in first["entry"]]


@pytest.mark.parametrize("how", ["types", "null", "text", "id", "dates"])
def test_one_entry_is_broken_and_its_neighbours_are_whole(control, generic, how):
    sound = generic.get(LABS).json()["entry"]
    with control.fault("broken-entry", how=how):
        found = generic.get(LABS).json()["entry"]
    assert found[1:] == sound
    assert found[0] not in sound


# Limits and counters


def test_ten_requests_a_second_are_let_through_and_more_are_not(control, clients, hospital):
    client = clients("generic")
    other = sign_in(hospital, "generic", MANY_RESULTS, OSEI)
    control.limit(10, "generic")
    began = time.monotonic()
    answers = [client.get(f"Patient/{RUTH}") for _ in range(14)]
    if time.monotonic() - began < 0.3:
        refused = [one for one in answers if one.status_code == 429]
        assert refused
        assert refused[0].headers["retry-after"] == "1"
    # Another token has its own allowance, and another hospital none.
    assert other.get(f"Patient/{MANY_RESULTS}").status_code == 200
    assert {clients("epic").get(f"Patient/{RUTH}").status_code for _ in range(14)} == {200}
    assert HTTP.get(f"{client.base}/metadata").status_code == 200
    time.sleep(1)
    assert client.get(f"Patient/{RUTH}").status_code == 200


def test_calls_are_counted_by_kind_status_and_token(control, clients, hospital):
    client = clients("generic")
    control.clear()
    client.everything(LABS)
    client.get(f"Patient/{RUTH}")
    client.get("Patient/none-such")
    fresh = sign_in(hospital, "generic", RUTH, OSEI)
    counted = control.counts()
    kinds = counted["kinds"]["generic"]
    assert kinds["search"] == 1
    assert kinds["page"] > 1
    assert kinds["read"] == 2
    assert kinds["token"] == 1
    assert counted["statuses"]["generic"]["404"] == 1
    assert counted["types"]["generic"]["read Patient"] == 2
    (token,) = counted["tokens"]
    assert token["requests"] == kinds["search"] + kinds["page"] + kinds["read"]
    assert token["peak"] <= token["requests"]
    assert client.token not in json.dumps(counted)
    assert fresh.token not in json.dumps(counted)


def test_no_fault_leaves_a_call_open_or_the_hospital_ill(control, generic):
    """Each fault once on a search; afterwards the hospital answers as before."""
    whole = matches(generic.get(PROBLEMS))
    for one in control.known():
        if "search" not in one["kinds"] or one["name"] in {"expired-token", "revoked-token"}:
            continue
        small = {"megabytes": 1, "levels": 50, "seconds": 0.05, "ms": 0.1}
        told = {key: small[key] for key in one["parameters"] if key in small}
        with control.fault(one["name"], count=1, **told) as rule:
            try:
                generic.get(PROBLEMS, timeout=5, follow_redirects=False)
            except httpx2.TransportError:
                assert one["name"] == "disconnect"
            except httpx2.DecodingError:
                assert one["name"] == "gzip-bomb"
            assert control.touched(rule) == 1
    assert matches(generic.get(PROBLEMS)) == whole
