"""What is done by itself: when its time has come, one run at a time, across restarts."""

from datetime import UTC, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.models import (
    BackendClient,
    BackendToken,
    BulkExport,
    ChangeBookmark,
    Ehr,
    Night,
    PatientChange,
    Schedule,
)
from smartapp.models.launches import patient_index
from smartapp.schedules import running, setting, tasks
from smartapp.schedules.works import WORKS
from tests.smartapp.night.hospital import EXPORTED_AT, Hospital, bundle, member, result

PEOPLE = ("p1", "p2")


@pytest.fixture
def hospital(hospital: Hospital) -> Hospital:
    hospital.members = [member(f"Patient/{each}") for each in PEOPLE]
    return hospital


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The schedules that a message was sent for."""
    found: list[str] = []
    monkeypatch.setattr(tasks, "_wake", found.append)
    return found


def scheduled(ehr: Ehr, work: str, **how: Any) -> Schedule:
    row = setting.set_schedule(ehr, work, group="g1", **(how or {"every_minutes": 60}))
    return make_due(row)


def make_due(row: Schedule) -> Schedule:
    Schedule.objects.filter(pk=row.pk).update(next_at=timezone.now())
    BulkExport.objects.update(due_at=timezone.now())
    return now_is(row)


def now_is(row: Schedule) -> Schedule:
    return Schedule.objects.select_related("ehr", "export").get(pk=row.pk)


def go_on(row: Schedule, seconds: float = 60) -> bool:
    return running.go_on(row.pk, WORKS, seconds=seconds)


def told(kind: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type=kind))


def marked() -> set[tuple[str, str]]:
    return set(PatientChange.objects.values_list("patient_index", "kind"))


def test_a_night_begins_when_its_time_has_come_and_once(ehr: Ehr, hospital: Hospital) -> None:
    row = scheduled(ehr, "night")
    go_on(row)
    go_on(row)
    assert Night.objects.get().patients.count() == 2
    after = now_is(row)
    assert (after.running_since, after.code, after.count) == (None, "", 2)
    assert after.next_at > timezone.now() + timedelta(minutes=59)
    assert len(told("schedule.begun")) == len(told("schedule.ended")) == 1
    # The next one waits until this night is over.
    go_on(make_due(row))
    assert Night.objects.count() == 1
    assert now_is(row).code == "night_under_way"
    assert told("night.refused")[0].code == "night_under_way"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T01:59:00+00:00", "2026-11-24T02:00:00+00:00"),
        ("2026-11-24T02:00:00+00:00", "2026-11-25T02:00:00+00:00"),
        ("2026-11-24T12:00:00+00:00", "2026-11-25T02:00:00+00:00"),
    ],
)
def test_each_day_at_a_time(now: str, expected: str, settings: Any) -> None:
    settings.AUDIT_TIME_ZONE = "UTC"
    found = setting.following(Schedule(at=time(2, 0)), datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(expected)


def test_a_time_of_day_is_the_installations_own_across_the_change_of_clocks(settings: Any) -> None:
    settings.AUDIT_TIME_ZONE = "Europe/Berlin"
    row = Schedule(at=time(2, 0))
    summer = setting.following(row, datetime(2026, 10, 23, 12, tzinfo=UTC))
    winter = setting.following(row, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (0, 1)


def test_a_time_of_day_that_passed_while_nothing_ran_is_not_made_up_for(
    ehr: Ehr, hospital: Hospital
) -> None:
    row = scheduled(ehr, "night", at=time(2, 0))
    Schedule.objects.update(next_at=timezone.now() - timedelta(hours=3))
    go_on(row)
    assert not Night.objects.exists()
    assert now_is(row).code == "missed"
    assert now_is(row).next_at > timezone.now()
    assert told("schedule.ended")[0].outcome == "failed"


def test_two_workers_never_run_one_schedule(ehr: Ehr, hospital: Hospital) -> None:
    row = scheduled(ehr, "changes")
    inside: list[bool] = []

    def work(held: running.Held) -> str | None:
        inside.append(running.due().filter(pk=row.pk).exists())
        inside.append(go_on(row))  # a second worker comes by
        return ""

    assert not running.go_on(row.pk, {"changes": work}, seconds=60)
    assert inside == [False, False]
    assert len(told("schedule.begun")) == 1


def test_a_worker_that_fell_silent_writes_nothing_over_the_next_ones(
    ehr: Ehr, hospital: Hospital
) -> None:
    row = scheduled(ehr, "changes")

    def work(held: running.Held) -> str | None:
        held.save(position=1)
        Schedule.objects.update(fencing=99, position=7)  # another took over
        held.save(position=2)
        return ""

    running.go_on(row.pk, {"changes": work}, seconds=60)
    after = now_is(row)
    assert (after.position, after.running_since is None) == (7, False)
    assert not told("schedule.ended")


def test_changes_are_followed_from_the_first_look_on_and_mark_the_patient(
    ehr: Ehr, hospital: Hospital
) -> None:
    row = scheduled(ehr, "changes")
    go_on(row)
    first = now_is(row)
    assert (first.running_since, first.code, first.left_sealed) == (None, "", None)
    assert ChangeBookmark.objects.filter(follower="schedule").exists()
    PatientChange.objects.all().delete()

    hospital.wrong["Observation?patient=p2&category=laboratory"] = bundle(
        result("o1", "p2"), {**result("o7", "p2"), "meta": {"lastUpdated": later()}}
    )
    go_on(make_due(row))
    assert marked() == {(patient_index(ehr, "p2"), "Observation")}
    assert now_is(row).count == 1
    PatientChange.objects.all().delete()
    go_on(make_due(row))
    assert marked() == set()  # each change is told once


def test_another_persons_record_is_no_change_of_the_patients(ehr: Ehr, hospital: Hospital) -> None:
    known = {
        "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-01-01",
    }  # fmt: skip
    hospital.wrong["Patient/p1"] = known
    row = scheduled(ehr, "changes")
    go_on(row)
    PatientChange.objects.all().delete()
    hospital.wrong["Patient/p1"] = {**known, "gender": "male", "birthDate": "1999-09-09"}
    go_on(make_due(row))
    assert marked() == set()
    assert now_is(row).missing == 1
    (dropped,) = told("fhir.other_patient")
    assert dropped.patient_index == patient_index(ehr, "p1")


def later() -> str:
    return (timezone.now() + timedelta(seconds=2)).isoformat()


def test_a_round_goes_on_with_the_next_patient_after_a_restart(
    ehr: Ehr, hospital: Hospital
) -> None:
    row = scheduled(ehr, "changes")
    assert go_on(row, seconds=0)  # time is up before the first: another worker is to go on
    assert now_is(row).left_sealed is not None
    assert b"p1" not in bytes(now_is(row).left_sealed or b"")

    looked: list[str] = []
    from smartapp.schedules import works  # noqa: PLC0415

    look = works._Following.look

    def die_at_the_second(following: Any, patient: str) -> None:
        looked.append(patient)
        if looked == ["p1", "p2"]:
            raise SystemExit
        look(following, patient)

    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(works._Following, "look", die_at_the_second)
        with pytest.raises(SystemExit):
            go_on(row)
        assert now_is(row).position == 1
        hospital.members.reverse()  # the group is not asked for again in the middle
        assert not go_on(row)
    assert looked == ["p1", "p2", "p2"]
    assert len(told("schedule.begun")) == len(told("schedule.ended")) == 1
    assert sum(each == "GET Group/g1" for each in hospital.asked) == 1


def test_without_access_a_round_ends_and_says_why(ehr: Ehr, hospital: Hospital) -> None:
    row = scheduled(ehr, "changes")
    BackendToken.objects.all().delete()
    BackendClient.objects.update(is_active=False)
    go_on(row)
    after = now_is(row)
    assert after.running_since is None
    assert after.code in {"not_registered", "backend_refused"}
    assert told("schedule.ended")[0].outcome == "failed"


def test_an_import_is_of_all_at_first_and_then_of_what_changed(
    ehr: Ehr, hospital: Hospital
) -> None:
    hospital.exports = {"Observation": [result("o1", each) for each in PEOPLE]}
    row = scheduled(ehr, "export")
    for _ in range(3):
        go_on(row)
    first = now_is(row)
    assert (first.running_since, first.code, first.count) == (None, "", 2)
    assert first.since == datetime.fromisoformat(EXPORTED_AT)
    assert marked() == set()  # of all there is, nobody knows what changed
    assert hospital.asked[-1] == "DELETE bulk/1"

    hospital.exports = {"Observation": [result("o9", "p2")]}
    make_due(row)
    for _ in range(3):
        go_on(row)
    kick_off = [each for each in hospital.asked if "$export" in each][-1]
    assert "_since=2026-11-24T02:10:00.000Z" in kick_off
    assert marked() == {(patient_index(ehr, "p2"), "Observation")}
    # Another group's first import is of all again.
    assert setting.set_schedule(ehr, "export", group="g2", every_minutes=60).since is None


def test_where_the_ehr_heeds_no_moment_all_that_it_exports_may_have_changed(
    ehr: Ehr, hospital: Hospital
) -> None:
    ehr.profile_overrides = {"bulk": {"since": False}}
    ehr.save()
    hospital.exports = {"Observation": [result("o1", each) for each in PEOPLE]}
    row = scheduled(ehr, "export")
    for _ in range(2):
        for _ in range(3):
            go_on(row)
        make_due(row)
    assert not any("_since" in each for each in hospital.asked)
    assert marked() == {(patient_index(ehr, each), "Observation") for each in PEOPLE}


def test_an_import_waits_for_the_ehr_across_workers_and_is_not_begun_twice(
    ehr: Ehr, hospital: Hospital
) -> None:
    hospital.preparing = True
    row = scheduled(ehr, "export")
    for _ in range(4):
        assert not go_on(row)
    Schedule.objects.update(next_at=timezone.now())  # its next time comes while it is under way
    go_on(row)
    assert BulkExport.objects.count() == 1
    assert now_is(row).running_since is not None

    hospital.preparing = False
    hospital.exports = {"Observation": [result("o1", "p1")]}
    BulkExport.objects.update(due_at=timezone.now())
    for _ in range(3):
        go_on(row)
    assert len(told("schedule.ended")) == 1
    assert now_is(row).count == 1


def test_an_import_that_fails_says_why_and_the_next_is_of_the_same_time(
    ehr: Ehr, hospital: Hospital
) -> None:
    hospital.kick_offs = [403]
    row = scheduled(ehr, "export")
    go_on(row)
    assert (now_is(row).code, now_is(row).since) == ("access_denied", None)
    assert BulkExport.objects.get().state == "failed"


def test_what_is_removed_leaves_nothing_at_the_ehr(ehr: Ehr, hospital: Hospital) -> None:
    hospital.preparing = True
    row = scheduled(ehr, "export")
    go_on(row)
    assert setting.remove(ehr, "export")
    assert not setting.remove(ehr, "export")
    assert told("schedule.removed")[0].detail["work"] == "export"
    for _ in range(3):
        tasks.sweep()
    assert (BulkExport.objects.get().state, hospital.asked[-1]) == ("cancelled", "DELETE bulk/1")
    assert not bulk.left_over().exists()
    assert not go_on(row)


def test_the_sweep_wakes_for_what_is_due_and_for_what_a_dead_worker_dropped(
    ehr: Ehr, hospital: Hospital, sent: list[str]
) -> None:
    row = setting.set_schedule(ehr, "changes", group="g1", every_minutes=60)
    assert tasks.sweep() == 0
    make_due(row)
    tasks.sweep()
    assert sent == [str(row.pk)]
    Schedule.objects.update(
        running_since=timezone.now(), lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert tasks.sweep() == 0  # somebody is at it
    Schedule.objects.update(lease_until=timezone.now())
    assert tasks.sweep() == 1


@pytest.mark.parametrize(
    ("work", "how"),
    [
        ("nothing", {"every_minutes": 60}),
        ("night", {}),
        ("night", {"at": time(2), "every_minutes": 60}),
        ("night", {"every_minutes": 14}),
        ("night", {"every_minutes": 10081}),
        ("night", {"every_minutes": 60, "group": "not an id"}),
    ],
)
def test_what_makes_no_sense_is_not_set(ehr: Ehr, work: str, how: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        setting.set_schedule(ehr, work, **{"group": "g1", **how})
    assert not Schedule.objects.exists()
    assert not told("schedule.set")


def test_the_group_is_sealed_in_the_row_and_in_the_trail(ehr: Ehr) -> None:
    row = setting.set_schedule(ehr, "night", group="hiv-registry", at=time(2, 30))
    assert b"hiv-registry" not in bytes(row.group_sealed)
    (event,) = told("schedule.set")
    assert "hiv-registry" not in event.detail_json
    assert event.detail["when"] == "02:30"


def schedule_says(*arguments: str) -> str:
    out = StringIO()
    call_command("schedule", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_sets_shows_and_removes(ehr: Ehr) -> None:
    said = schedule_says("set", "nightly", "night", "--group", "hiv-registry", "--at", "02:30")
    assert "nightly  night  02:30  next " in said
    assert "hiv-registry" not in said + schedule_says()
    assert "1 schedules." in schedule_says("show")
    assert "removed" in schedule_says("remove", "nightly", "night")
    for wrong in (
        ("remove", "nightly", "night"), ("set", "nobody", "night", "--group", "g"),
        ("set", "nightly"), ("set", "nightly", "night", "--group", "g"),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            schedule_says(*wrong)
