"""Notifications over real HTTP: taken in each form, or refused, and never half."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.smartapp.events.running import (
    FHIR_SECRET,
    NEW_SECRET,
    OLD_SECRET,
    Running,
    backport,
    event,
    r5,
    wait_for,
)


@pytest.fixture(scope="module")
def _web(tmp_path_factory: Any) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("events"))
    running.start_web()
    yield running
    running.stop()


@pytest.fixture
def web(_web: Running) -> Running:
    """A web process alone, whose senders nobody has heard of yet."""
    _web.forget()
    return _web


def refused(answer: Any) -> tuple[int, str]:
    assert set(answer.json()) == {"error", "message"}
    return answer.status_code, answer.json()["error"]


def progress(web: Running) -> tuple[Any, ...]:
    (row,) = web.rows("SELECT settled, highest, gap_since IS NULL FROM smartapp_eventprogress")
    return row


@pytest.mark.parametrize("form", ["backport", "r4b", "r5"])
def test_each_fhir_form_is_taken(web: Running, form: str) -> None:
    def make(kind: str, total: int, *events: Any) -> Any:
        if form == "backport":
            return backport(kind, total, *events)
        return r5(
            kind, total, *events, bundle="history" if form == "r4b" else "subscription-notification"
        )

    assert web.notify(make("handshake", 0)).json() == {"accepted": 0, "duplicates": 0}
    assert progress(web) == (0, 0, 1)
    told = web.notify(make("event-notification", 2, event(1), event(2, "p-2")))
    assert told.status_code == 200
    assert told.json() == {"accepted": 2, "duplicates": 0}
    assert web.notify(make("heartbeat", 2)).status_code == 200
    assert progress(web) == (2, 2, 1)
    rows = web.rows(
        "SELECT number, kind, released, length(patient_index) FROM smartapp_inboundevent ORDER BY number"
    )
    assert rows == [(1, "Encounter", 1, 64), (2, "Encounter", 1, 64)]


def test_a_webhook_is_taken_under_either_secret_and_once(web: Running) -> None:
    told = {"id": "m-1", "type": "adt.a08", "patient": "p-1", "data": {"weight": 7.10}}
    assert web.call(told).json() == {"accepted": 1, "duplicates": 0}
    assert web.call(told, secret=NEW_SECRET).json() == {"accepted": 0, "duplicates": 1}
    assert web.count() == 1


def test_what_comes_again_is_known(web: Running) -> None:
    web.notify(backport("handshake", 0))
    first = backport("event-notification", 1, event(1))
    assert web.notify(first).json()["accepted"] == 1
    assert web.notify(first).json() == {"accepted": 0, "duplicates": 1}
    again = web.notify(backport("event-notification", 2, event(1), event(2)))
    assert again.json() == {"accepted": 1, "duplicates": 1}


def test_what_comes_out_of_order_waits_for_what_is_before_it(web: Running) -> None:
    web.notify(backport("handshake", 0))
    web.notify(backport("event-notification", 3, event(3)))
    assert web.rows("SELECT released FROM smartapp_inboundevent") == [(0,)]
    assert progress(web) == (0, 3, 0)
    web.notify(backport("event-notification", 3, event(2)))
    web.notify(backport("event-notification", 3, event(1)))
    assert web.rows("SELECT DISTINCT released FROM smartapp_inboundevent") == [(1,)]
    assert progress(web) == (3, 3, 1)


def test_a_heartbeat_tells_that_something_is_missing(web: Running) -> None:
    web.notify(backport("handshake", 0))
    web.notify(backport("heartbeat", 4))
    assert progress(web) == (0, 4, 0)


def test_a_number_told_of_something_else_is_refused(web: Running) -> None:
    web.notify(backport("handshake", 0))
    web.notify(backport("event-notification", 1, event(1)))
    other = web.notify(backport("event-notification", 1, event(1, focus="Encounter/other")))
    assert refused(other) == (409, "number_reused")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", f"Basic {FHIR_SECRET}", FHIR_SECRET]
)
def test_who_does_not_know_the_secret_is_refused(web: Running, header: str) -> None:
    answer = web.notify(backport("event-notification", 1, event(1)), Authorization=header)
    assert refused(answer) == (401, "not_authentic")
    assert web.count() == 0


def test_a_forged_or_altered_webhook_is_refused(web: Running) -> None:
    told = {"id": "m-1", "type": "adt.a08"}
    assert refused(web.call(told, secret="guessed")) == (401, "not_authentic")
    good = web.call(told).request
    headers = {**good.headers}
    altered = web.client.post(
        good.url, content=good.content.replace(b"a08", b"a03"), headers=headers
    )
    assert refused(altered) == (401, "not_authentic")
    later = {**headers, "x-countersign-timestamp": str(int(time.time()) + 1)}
    assert refused(web.client.post(good.url, content=good.content, headers=later)) == (
        401,
        "not_authentic",
    )
    del headers["x-countersign-signature"]
    assert refused(web.client.post(good.url, content=good.content, headers=headers)) == (
        401,
        "not_authentic",
    )
    assert web.count() == 1


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_webhook_signed_at_another_time_is_refused(web: Running, minutes: int) -> None:
    answer = web.call({"id": "m-1", "type": "adt.a08"}, at=time.time() + 60 * minutes)
    assert refused(answer) == (401, "stale_timestamp")


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        (b"{", {}, (400, "unreadable")),
        (b"\xff\xfe", {}, (400, "unreadable")),
        (b"[]", {}, (400, "unreadable")),
        (b'{"a":NaN}', {}, (400, "unreadable")),
        (b'{"a":' * 60 + b"1" + b"}" * 60, {}, (400, "too_deep")),
        (b"[" * 90_000, {}, (400, "unreadable")),
        (b" " * 100_001, {}, (413, "too_large")),
        (b"{}", {"Content-Type": "text/xml"}, (415, "not_json")),
        (b"{}", {"Content-Encoding": "gzip"}, (415, "not_json")),
        (b"{}", {}, (422, "not_a_notification")),
        (b'{"resourceType":"Patient"}', {}, (422, "not_a_notification")),
    ],
)  # fmt: skip
def test_what_is_no_notification_is_refused(
    web: Running, content: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    assert refused(web.notify(content, **headers)) == expected
    assert web.count() == 0


def test_oversize_without_a_length_is_refused_too(web: Running) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    headers = {"Authorization": f"Bearer {FHIR_SECRET}", "Content-Type": "application/json"}
    answer = web.client.post(f"/events/{web.ids['fhir']}/", content=drip(), headers=headers)
    assert refused(answer) == (413, "too_large")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": ["event-notification"]}, "unknown_notification_type"),
        ({"type": "query-event"}, "unknown_notification_type"),
        ({"subscription": {"reference": "Subscription/s2"}}, "other_subscription"),
        ({"subscription": {"reference": "https://elsewhere.example/Subscription/s1"}}, "other_subscription"),
        ({"notificationEvent": [{"eventNumber": "-1"}]}, "not_a_notification"),
        ({"notificationEvent": [{"eventNumber": "9" * 20}]}, "not_a_notification"),
        ({"notificationEvent": [7]}, "not_a_notification"),
        ({"notificationEvent": []}, "not_a_notification"),
        ({"notificationEvent": [{"eventNumber": n + 1} for n in range(201)]}, "too_many_events"),
    ],
)  # fmt: skip
def test_a_notification_of_odd_content_is_refused(
    web: Running, change: dict[str, Any], expected: str
) -> None:
    bundle = r5("event-notification", 1, event(1))
    bundle["entry"][0]["resource"].update(change)
    assert refused(web.notify(bundle)) == (422, expected)


def test_resources_of_another_server_or_patient_do_not_name_the_patient(web: Running) -> None:
    web.notify(backport("handshake", 0))
    bundle = backport("event-notification", 1, event(1))
    bundle["entry"][1]["fullUrl"] = "https://elsewhere.example/Encounter/e1"
    assert web.notify(bundle).status_code == 200
    assert web.rows("SELECT patient_index FROM smartapp_inboundevent") == [("",)]


def test_an_unknown_or_other_address_is_refused(web: Running) -> None:
    answer = web.client.post(f"/events/{uuid4()}/", json={})
    assert refused(answer) == (404, "unknown_subscription")
    answer = web.client.get(f"/events/{web.ids['fhir']}/")
    assert refused(answer) == (405, "method_not_allowed")


def test_a_flood_of_refusals_leaves_few_rows_and_costs_the_others_nothing(web: Running) -> None:
    query = "SELECT count(*) FROM audit_auditevent WHERE type = 'notification.refused'"
    before = web.rows(query)[0][0]
    for _ in range(60):
        web.client.post(f"/events/{uuid4()}/", json={})
    assert web.rows(query)[0][0] - before <= 1
    assert web.call({"id": "m-2", "type": "adt.a08"}).status_code == 200


@contextmanager
def writing(web: Running) -> Iterator[None]:
    """Be SQLite's one writer, as a busy worker is."""
    with closing(sqlite3.connect(web.folder / "countersign.sqlite3", timeout=20)) as database:
        database.isolation_level = None
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def answered_beside_a_writer(web: Running, send: Callable[[], Any]) -> Any:
    """What a sender hears whose notification comes while somebody else writes."""
    web.call({"id": uuid4().hex, "type": "adt.a08"})  # the counter has written before
    with ThreadPoolExecutor(1) as pool:
        with writing(web):
            answer = pool.submit(send)
            # Whoever does not wait for his turn has answered by then.
            wait((answer,), timeout=0.5)
        return answer.result(timeout=20)


def newcomer(web: Running) -> Callable[[bytes], Any]:
    """A sender of whom this process has never heard; return how it sends."""
    key = uuid4()
    columns = [name for _, name, *_ in web.rows("PRAGMA table_info(smartapp_eventsubscription)")]
    others = ", ".join(each for each in columns if each not in {"id", "name"})
    web.change(
        f"INSERT INTO smartapp_eventsubscription (id, name, {others}) SELECT '{key.hex}', "
        f"'{key.hex[:8]}', {others} FROM smartapp_eventsubscription "
        f"WHERE id = '{UUID(web.ids['fhir']).hex}'"
    )
    headers = {
        "Authorization": f"Bearer {FHIR_SECRET}",
        "Content-Type": "application/fhir+json",
    }
    return lambda body: web.client.post(f"/events/{key}/", content=body, headers=headers)


def test_a_sender_first_heard_of_while_a_worker_writes_is_answered_in_its_turn(
    web: Running,
) -> None:
    send = newcomer(web)
    # As after a secret's renewal: how old it is has to be written down at the look-up.
    web.change("DELETE FROM smartapp_secretage")
    body = json.dumps(backport("handshake", 0)).encode()
    answer = answered_beside_a_writer(web, lambda: send(body))
    assert answer.status_code == 200, answer.text
    assert web.rows("SELECT count(*) FROM smartapp_secretage")[0][0] >= 1


def test_a_refusal_while_a_worker_writes_is_in_the_trail_all_the_same(web: Running) -> None:
    query = "SELECT count(*) FROM audit_auditevent WHERE type = 'notification.refused'"
    before, send = web.rows(query)[0][0], newcomer(web)
    answer = answered_beside_a_writer(web, lambda: send(b'{"not": "json"'))
    assert refused(answer) == (400, "unreadable")
    wait_for(lambda: web.rows(query)[0][0] == before + 1)


def test_an_answer_comes_within_fifty_milliseconds(web: Running) -> None:
    web.call({"id": "warm", "type": "adt.a08"})
    times = []
    for number in range(40):
        started = time.perf_counter()
        web.call({"id": f"m-{number}", "type": "adt.a08", "patient": "p-1"})
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.05


def test_nothing_of_a_patient_is_written_in_the_clear(web: Running) -> None:
    secret = "Zaphod-Marker-4711"
    web.notify(backport("handshake", 0))
    told = event(1, patient=secret, focus="Encounter/" + secret + "-e")
    assert web.notify(backport("event-notification", 1, told)).json()["accepted"] == 1
    web.call({"id": secret + "-id", "type": "x", "patient": secret, "data": {"n": secret}})
    web.notify(json.dumps(backport("event-notification", 2, told)).encode()[:-3])
    written = web.everything_written()
    assert secret.encode() not in written
    for each in (FHIR_SECRET, OLD_SECRET, NEW_SECRET):
        assert each.encode() not in written
