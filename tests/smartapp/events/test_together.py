"""Events of several patients are processed in one transaction, and none answers for another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from smartapp.events import handlers, lanes, processing
from smartapp.events.handlers import Incoming
from smartapp.events.intake import store
from smartapp.events.notices import Notice, Told
from smartapp.events.registering import register_sender
from smartapp.models import Ehr, EventLane, EventSubscription, InboundEvent, PatientChange

PEOPLE, EACH = 10, 3


@pytest.fixture
def sender(db: None) -> EventSubscription:
    ehr = Ehr.objects.create(
        slug="far", name="Far General", issuer="https://ehr.example.org/fhir", vendor="generic",
        client_id="us", client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip
    sender, _ = register_sender(ehr, name="encounters", form="fhir", secret_ref="env:NONE")
    told = [
        Told("Encounter", number, patient_id=f"p-{number % PEOPLE}", body={})
        for number in range(1, PEOPLE * EACH + 1)
    ]
    store(sender, [Notice("handshake", total=0), Notice("event-notification", tuple(told))])
    return sender


@contextmanager
def handled_by(handler: Callable[[Incoming], None]) -> Iterator[None]:
    handlers.register("Encounter", handler)
    try:
        yield
    finally:
        handlers.unregister("Encounter", handler)


def states() -> dict[str, int]:
    rows = InboundEvent.objects.values_list("state", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}


def test_one_event_of_each_patient_is_processed_per_transaction(
    sender: EventSubscription, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "_WRITING_SECONDS", 60)
    seen: list[int] = []
    with (
        handled_by(lambda incoming: seen.append(incoming.number or 0)),
        django_assert_max_num_queries(5 * PEOPLE * EACH),
    ):
        assert processing.drain(seconds=20) == PEOPLE * EACH
    assert sorted(seen) == list(range(1, PEOPLE * EACH + 1))
    for person in range(PEOPLE):
        theirs = [number for number in seen if number % PEOPLE == person]
        assert theirs == sorted(theirs)
    assert set(InboundEvent.objects.values_list("state", "attempts")) == {("done", 1)}
    assert not EventLane.objects.filter(lease_until__gt=timezone.now()).exists()


def test_what_names_no_patient_is_in_order_by_resource_and_waits_for_no_other(
    sender: EventSubscription,
) -> None:
    InboundEvent.objects.all().delete()
    first = PEOPLE * EACH + 1
    told = [
        Told("Encounter", number, focus=f"Encounter/e{number % 20}", body={})
        for number in range(first, first + 60)
    ]
    store(sender, [Notice("event-notification", tuple(told))])
    by_resource: dict[str, set[str]] = {}
    for row in InboundEvent.objects.all():
        by_resource.setdefault(row.focus_index, set()).add(row.lane)
        assert not row.patient_index
    assert len(by_resource) == 20
    assert {len(lanes_of_one) for lanes_of_one in by_resource.values()} == {1}
    assert len({lane for found in by_resource.values() for lane in found}) > 5

    seen: list[int] = []

    def fail_one(incoming: Incoming) -> None:
        if incoming.number == first:
            raise ValueError
        seen.append(incoming.number or 0)

    with handled_by(fail_one):
        processing.drain(seconds=20)
    behind = InboundEvent.objects.get(number=first)
    # Who failed is tried again later; only what shares its lane waits for it.
    waiting = InboundEvent.objects.filter(state="waiting")
    assert {row.lane for row in waiting} == {behind.lane}
    assert len(seen) == 60 - waiting.count() > 30
    for resource in range(20):
        theirs = [number for number in seen if number % 20 == resource]
        assert theirs == sorted(theirs)


def test_one_that_fails_undoes_its_own_writing_alone(sender: EventSubscription) -> None:
    def fail(incoming: Incoming) -> None:
        if incoming.number == 4:
            PatientChange.objects.create(
                ehr=incoming.ehr, patient_index="x", changed_at=timezone.now()
            )
            raise ValueError

    with handled_by(fail):
        processing.drain(seconds=20)
    # Its patient's later events wait for it; everybody else's are done.
    assert states() == {"done": PEOPLE * EACH - EACH, "waiting": EACH}
    row = InboundEvent.objects.get(number=4)
    assert (row.attempts, row.code) == (1, "handler_failed:ValueError")
    assert not PatientChange.objects.filter(patient_index="x").exists()


def test_one_that_kills_its_worker_takes_no_other_along(sender: EventSubscription) -> None:
    made: list[int] = []

    def die(incoming: Incoming) -> None:
        made.append(incoming.number or 0)
        if incoming.number == 4:
            raise SystemExit  # as sudden as a kill: nothing of ours catches it

    with handled_by(die):
        while InboundEvent.objects.filter(number=4, state="waiting").exists():
            with suppress(SystemExit):
                processing.drain(seconds=20)
            EventLane.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        processing.drain(seconds=20)
    assert states() == {"done": PEOPLE * EACH - 1, "dead": 1}
    assert InboundEvent.objects.get(number=4).code == "worker_lost"
    others = InboundEvent.objects.exclude(number=4)
    assert max(others.values_list("attempts", flat=True)) <= 2
    assert made.count(4) == 6


def test_what_others_had_no_time_for_is_no_attempt(
    sender: EventSubscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "_WRITING_SECONDS", 0)
    assert processing.drain(seconds=20) == PEOPLE * EACH
    assert set(InboundEvent.objects.values_list("state", "attempts")) == {("done", 1)}


def test_a_worker_whose_lane_was_taken_writes_nothing_of_it(
    sender: EventSubscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However busy the machine is, each turn takes one event of every patient.
    monkeypatch.setattr(processing, "_WRITING_SECONDS", 60)
    seen: list[int] = []

    def lose(incoming: Incoming) -> None:
        seen.append(incoming.number or 0)
        if incoming.number == 1:
            # Another took the second patient's lane while we were slow.
            lane = InboundEvent.objects.get(number=2).lane
            EventLane.objects.filter(lane=lane).update(fencing=1, lease_until=_later())

    with handled_by(lose):
        processing.drain(seconds=20)
    others = InboundEvent.objects.filter(lane=InboundEvent.objects.get(number=2).lane)
    theirs = set(others.values_list("number", flat=True))
    assert set(seen) >= set(range(1, PEOPLE * EACH + 1)) - {2, 12, 22}
    # The event under way in that very transaction is the last; none is begun after it.
    assert len(theirs.intersection(seen[seen.index(1) :])) <= 1
    assert others.exclude(state="done").exists()
    assert EventLane.objects.get(lane=others[0].lane).fencing == 1


def test_a_lane_is_claimed_by_one_worker(sender: EventSubscription) -> None:
    names = lanes.ready()
    first = lanes.claim(names[:4])
    second = lanes.claim(names)
    assert set(first.lanes) == set(names[:4])
    assert set(second.lanes) == set(names[4:])
    assert lanes.hold(first) == first
    assert lanes.ready() == []
    EventLane.objects.filter(lane=first.lanes[0]).update(fencing=5)
    assert set(lanes.hold(first).lanes) == set(first.lanes[1:])
    lanes.release(first, first.lanes)
    assert set(lanes.ready()) == set(first.lanes[1:])


def _later() -> Any:
    return timezone.now() + timedelta(minutes=5)
