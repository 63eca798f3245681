"""With the sandbox hospital as the sender: every form, and what it did not send is asked for."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.conftest import ISSUER_PATHS, Sandbox, free_port, start_sandbox
from tests.smartapp.events.running import (
    FHIR_SECRET,
    OLD_SECRET,
    Running,
    backport,
    event,
    wait_for,
)

pytestmark = pytest.mark.timeout(180)
PATIENT = "Patient/eQ81-774"


@pytest.fixture(scope="module")
def running(tmp_path_factory: Any) -> Iterator[Running]:
    port = free_port()
    folder = tmp_path_factory.mktemp("hospital")
    sandbox, process = start_sandbox(f"http://127.0.0.1:{port}", SANDBOX_DATA_DIR=str(folder))
    issuer = sandbox.base_url + ISSUER_PATHS["generic"]
    extra = {"TEST_ISSUER": issuer, "COUNTERSIGN_EVENTS_GAP_ATTEMPTS": "2"}
    all_of_it = Running(tmp_path_factory.mktemp("events"), port=port, extra=extra)
    all_of_it.sandbox = sandbox  # type: ignore[attr-defined]
    all_of_it.start_web()
    all_of_it.start_worker()
    yield all_of_it
    all_of_it.stop()
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(autouse=True)
def _from_the_start(running: Running) -> None:
    """Each test counts from one, whatever ran before it."""
    sandbox: Sandbox = running.sandbox  # type: ignore[attr-defined]
    httpx2.delete(f"{sandbox.base_url}/control/notifications").raise_for_status()
    running.forget()


def send(running: Running, **wish: Any) -> Any:
    sandbox: Sandbox = running.sandbox  # type: ignore[attr-defined]
    form = wish.get("form", "r4-backport")
    name, secret = ("webhook", OLD_SECRET) if form == "webhook" else ("fhir", FHIR_SECRET)
    to = f"http://127.0.0.1:{running.port}/events/{running.ids[name]}/"
    asked = {"to": to, "secret": secret, "subscription": "s1", **wish}
    answer = httpx2.post(f"{sandbox.base_url}/control/notifications", json=asked, timeout=30)
    return answer.raise_for_status().json()


def numbers(running: Running, state: str) -> list[int]:
    query = (
        "SELECT number FROM smartapp_inboundevent WHERE state = ? AND number > 0 ORDER BY number"
    )
    return [row[0] for row in running.rows(query, state)]


def trail(running: Running, kind: str) -> int:
    query = "SELECT count(*) FROM audit_auditevent WHERE type = ?"
    return int(running.rows(query, f"notification.{kind}")[0][0])


def asked(running: Running) -> list[str]:
    """How our own requests to the hospital ended."""
    query = "SELECT outcome FROM audit_auditevent WHERE type = 'fhir.requested' ORDER BY id"
    return [row[0] for row in running.rows(query)]


def test_the_hospitals_notifications_arrive_and_its_gaps_are_asked_for(running: Running) -> None:
    found, closed, requests = (
        trail(running, "gap_found"),
        trail(running, "gap_closed"),
        asked(running),
    )
    send(running, kind="handshake")
    send(running, focus=[PATIENT] * 3)
    wait_for(lambda: numbers(running, "done") == [1, 2, 3])
    # 4 to 6 happen; 5 is not told, and 6 waits for it until the hospital was asked.
    send(running, focus=[PATIENT] * 3, skip=[5])
    wait_for(lambda: numbers(running, "done") == [1, 2, 3, 4, 5, 6], seconds=60)
    assert trail(running, "gap_found") == found + 1
    assert trail(running, "gap_closed") == closed + 1
    assert asked(running) == [*requests, "success"]
    # The last of them untold: only a heartbeat shows it.
    send(running, focus=[PATIENT], skip=[7])
    send(running, kind="heartbeat")
    wait_for(lambda: 7 in numbers(running, "done"), seconds=60)
    # All at once, out of order and some of them twice.
    send(running, focus=[PATIENT] * 6, shuffle=True, repeat=[8, 10])
    wait_for(lambda: numbers(running, "done") == list(range(1, 14)), seconds=60)
    assert numbers(running, "waiting") == []


def test_a_webhook_of_the_hospital_is_taken_and_a_stale_one_is_not(running: Running) -> None:
    sent = send(running, form="webhook", subscription="w1", focus=[PATIENT])["sent"]
    assert [each["status"] for each in sent] == [200]
    stale = send(running, form="webhook", subscription="w1", focus=[PATIENT], age=900)["sent"]
    assert [each["status"] for each in stale] == [401]


def test_what_nobody_has_any_more_is_given_up_and_told(running: Running) -> None:
    before = trail(running, "gap_closed")
    for number in (1, 20):  # between them is a gap of which the hospital knows nothing
        bundle = backport("event-notification", number, event(number))
        parameters = bundle["entry"][0]["resource"]["parameter"]
        parameters[0]["valueReference"]["reference"] = "Subscription/s1"
        assert running.notify(bundle).json()["accepted"] == 1
    wait_for(lambda: 20 in numbers(running, "done"), seconds=60)
    assert trail(running, "gap_closed") == before + 1
