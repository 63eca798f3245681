"""A schedule's lease: short, kept by who lives, and taken over from who does not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.models import Ehr, Schedule
from smartapp.schedules import running, setting
from smartapp.schedules.heartbeat import Heartbeat, lease
from tests.smartapp.running import wait_for


@pytest.fixture
def row(ehr: Ehr) -> Schedule:
    """A schedule that is due."""
    found = setting.set_schedule(ehr, "changes", group="g1", every_minutes=60)
    Schedule.objects.update(next_at=timezone.now())
    return found


def until(row: Schedule) -> datetime:
    found = Schedule.objects.get(pk=row.pk).lease_until
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)
def test_a_slow_step_keeps_its_schedule_however_short_the_lease(
    row: Schedule, settings: Any
) -> None:
    settings.SCHEDULES_LEASE_SECONDS = 0.9
    taken: list[bool] = []

    def step(held: running.Held) -> str | None:
        begun = until(row)
        # It writes nothing for longer than the lease it was claimed with.
        wait_for(lambda: timezone.now() > begun and until(row) > timezone.now())
        taken.append(running.go_on(row.pk, {"changes": step}, seconds=60))
        return ""

    assert not running.go_on(row.pk, {"changes": step}, seconds=60)
    assert taken == [False]
    after = Schedule.objects.get(pk=row.pk)
    assert (after.fencing, after.running_since, after.lease_until) == (1, None, None)
    assert AuditEvent.objects.filter(type="schedule.ended").count() == 1


def test_a_run_whose_worker_fell_silent_is_free_after_one_lease(row: Schedule) -> None:
    held = timezone.now() + lease()
    Schedule.objects.update(running_since=timezone.now(), fencing=7, lease_until=held)
    assert not running.due().exists()
    Schedule.objects.update(lease_until=held - lease())
    assert running.due().get().pk == row.pk
    assert lease() <= timedelta(minutes=1)


def test_a_beat_renews_no_lease_but_its_own(row: Schedule) -> None:
    soon = timezone.now() + timedelta(seconds=1)
    Schedule.objects.update(fencing=7, lease_until=soon)
    mine, anothers = Heartbeat(row.pk, 7), Heartbeat(row.pk, 6)
    anothers.beat()
    assert (until(row), anothers.lost) == (soon, True)
    mine.beat()
    assert until(row) > soon + lease() / 2
    assert not mine.lost


def test_a_worker_that_hears_of_its_loss_stops_at_its_next_look(row: Schedule) -> None:
    looked: list[bool] = []

    def step(held: running.Held) -> str | None:
        Schedule.objects.update(fencing=99)
        held._heart.beat()
        looked.append(held.time_is_up)
        return None

    running.go_on(row.pk, {"changes": step}, seconds=60)
    assert looked == [True]
    assert Schedule.objects.get(pk=row.pk).fencing == 99


def test_a_busy_database_is_no_lost_lease(row: Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    heart = Heartbeat(row.pk, 0)

    def busy(*_: Any, **__: Any) -> int:
        raise DatabaseError

    with monkeypatch.context() as failing:
        failing.setattr(QuerySet, "update", busy)
        heart.beat()
    assert not heart.lost
    heart.beat()
    assert not heart.lost
    assert until(row) > timezone.now()


def test_a_schedule_that_is_set_anew_stays_with_the_worker_that_has_just_taken_it(
    row: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, usual = timezone.now() + lease(), setting.following

    def taken_meanwhile(schedule: Schedule, now: datetime) -> datetime:
        Schedule.objects.update(fencing=7, lease_until=held, running_since=now, position=3)
        return usual(schedule, now)

    monkeypatch.setattr(setting, "following", taken_meanwhile)
    setting.set_schedule(row.ehr, "changes", group="g1", every_minutes=30)
    after = Schedule.objects.get(pk=row.pk)
    assert (after.fencing, after.lease_until, after.position) == (7, held, 3)
    assert after.running_since is not None
    assert after.every_minutes == 30
