"""A night from its beginning to its end: whose charts, when, and until when."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.models import Ehr, Night, NightPatient
from smartapp.night import charts, claims, cohorts, nights, planning, tasks, waking
from smartapp.night.errors import (
    GroupUnreadable,
    NightUnderWay,
    NobodyToRead,
    PatientLost,
    TooManyToRead,
)
from smartapp.night.working import Working
from tests.smartapp.night.hospital import Hospital, member

Work = Callable[[Night], Working]


def patients(night: Night) -> set[str]:
    return {row.patient for row in night.patients.all()}


def test_a_groups_members_are_read_each_once_and_nobody_elses(ehr: Ehr, hospital: Hospital) -> None:
    hospital.members = [
        member("Patient/p1"),
        member("Patient/p2", inactive=True),
        member(f"{ehr.issuer}/Patient/p3"),
        member("https://elsewhere.example.org/fhir/Patient/p4"),
        member("Practitioner/d1"),
        member("Patient/p1"),
        {"entity": "Patient/p5"},
    ]
    night = nights.begin_for_group(ehr, "tomorrow")
    assert patients(night) == {"p1", "p3"}
    begun = AuditEvent.objects.get(type="night.begun")
    assert begun.detail["patients"] == 2
    assert "tomorrow" not in str(begun.detail)
    assert b"tomorrow" not in bytes(night.group_sealed)
    asked = AuditEvent.objects.get(type="fhir.requested")
    assert asked.detail["path"] == "Group/{id}"


@pytest.mark.parametrize(
    ("wrong", "code"), [(404, "not_found"), (403, "access_denied")], ids=["gone", "forbidden"]
)
def test_a_group_that_is_not_given_is_refused_by_the_readers_code(
    ehr: Ehr, hospital: Hospital, wrong: int, code: str
) -> None:
    hospital.wrong["Group/"] = wrong
    with pytest.raises(GroupUnreadable) as caught:
        nights.begin_for_group(ehr, "tomorrow")
    assert caught.value.code == code
    assert not Night.objects.exists()


def test_nobody_too_many_and_what_is_no_id_are_refused(
    ehr: Ehr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohorts, "MOST", 2)
    for ids, error in [
        ([], NobodyToRead), (["p1", "../p2"], NobodyToRead), (["a", "b", "c"], TooManyToRead),
    ]:  # fmt: skip
        with pytest.raises(error):
            nights.begin(ehr, ids)
    assert not Night.objects.exists()


def test_an_ehr_has_one_night_at_a_time(ehr: Ehr, hospital: Hospital) -> None:
    night = nights.begin(ehr, ["p1"])
    with pytest.raises(NightUnderWay):
        nights.begin(ehr, ["p2"])
    assert nights.cancel(night)
    nights.begin(ehr, ["p2"])


def test_a_cancelled_night_is_read_no_further_and_writes_nothing_more(
    ehr: Ehr, hospital: Hospital
) -> None:
    night = nights.begin(ehr, ["p1", "p2"])
    row = claims.claim(night)
    assert row is not None
    assert nights.cancel(night)
    assert not nights.cancel(night)
    assert claims.claim(night) is None
    with pytest.raises(PatientLost):
        claims.fail(row, "late")
    (ended,) = AuditEvent.objects.filter(type="night.ended")
    assert (ended.code, ended.outcome) == ("cancelled", "incomplete")


def test_when_it_is_morning_who_still_waits_is_given_up_and_told(
    ehr: Ehr, hospital: Hospital
) -> None:
    night = nights.begin(ehr, ["p1", "p2"])
    assert tasks.sweep()["given_up"] == 0
    Night.objects.update(give_up_at=timezone.now())
    counts = tasks.sweep()
    assert (counts["given_up"], counts["ended"]) == (2, 1)
    failed = AuditEvent.objects.filter(type="night.patient_failed")
    assert {row.code for row in failed} == {"out_of_time"}
    night.refresh_from_db()
    assert night.state == "ended"


def test_charts_are_forgotten_after_a_day_and_the_door_knows_it(
    ehr: Ehr, hospital: Hospital, work: Work, settings: Any
) -> None:
    night = nights.begin(ehr, ["p1"])
    work(night)
    assert nights.end_if_done(night)
    assert charts.forget() == 0
    long_ago = timezone.now() - timedelta(hours=settings.NIGHT_KEEP_HOURS, minutes=1)
    NightPatient.objects.update(ended_at=long_ago)
    assert charts.prepared(ehr, "p1", purpose="a test") is None
    assert tasks.sweep()["forgotten"] == 1
    assert NightPatient.objects.get().chart_sealed is None
    assert AuditEvent.objects.get(type="night.charts_forgotten").detail["charts"] == 1
    Night.objects.update(ended_at=timezone.now() - timedelta(days=31))
    charts.forget()
    assert not NightPatient.objects.exists()


@pytest.fixture
def planned(settings: Any) -> None:
    """At two o'clock in New York, on the day the clocks are what they are."""
    settings.NIGHT_AT, settings.NIGHT_GROUPS = time(2), {"nightly": "tomorrow"}
    settings.AUDIT_TIME_ZONE = "America/New_York"


TWO = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 02:00 there


def test_a_planned_night_begins_at_its_hour_there_and_once(
    ehr: Ehr, hospital: Hospital, planned: None, work: Work
) -> None:
    hospital.members = [member("Patient/p1")]
    assert planning.begin_due(TWO - timedelta(seconds=1)) == 0
    assert planning.begin_due(TWO) == 1
    night = Night.objects.get()
    assert night.planned_for == TWO.date()
    work(night)
    nights.end_if_done(night)
    cache.clear()
    assert planning.begin_due(TWO + timedelta(minutes=1)) == 0
    assert planning.begin_due(TWO + timedelta(hours=12)) == 0
    assert planning.begin_due(TWO + timedelta(days=1)) == 1


def test_a_planned_night_that_cannot_begin_is_told_and_tried_again_not_each_second(
    ehr: Ehr, hospital: Hospital, planned: None, settings: Any
) -> None:
    settings.NIGHT_GROUPS = {"nightly": "tomorrow", "nowhere": "x"}
    hospital.wrong["Group/"] = 404
    for seconds in range(3):
        assert planning.begin_due(TWO + timedelta(seconds=seconds)) == 0
    refused = AuditEvent.objects.filter(type="night.refused")
    assert {(row.ehr, row.code) for row in refused} == {
        ("nightly", "not_found"), ("nowhere", "unknown_ehr"),
    }  # fmt: skip
    assert refused.count() == 2
    cache.clear()
    hospital.wrong.clear()
    hospital.members = [member("Patient/p1")]
    assert planning.begin_due(TWO + timedelta(minutes=16)) == 1


def test_a_night_takes_no_more_slots_than_it_may_and_gives_them_back(settings: Any) -> None:
    cache.clear()
    settings.NIGHT_SLOTS = 2
    night = Night().pk
    assert [waking.take_slot(night) for _ in range(3)] == [0, 1, None]
    waking.free_slot(night, 0)
    assert waking.take_slot(night) == 0


def test_the_sweep_wakes_workers_for_what_a_dead_one_dropped(
    ehr: Ehr, hospital: Hospital, woken: list[object]
) -> None:
    night = nights.begin(ehr, ["p1"])
    woken.clear()
    claims.claim(night)
    tasks.sweep()
    assert not woken  # somebody is at it
    night.patients.update(lease_until=timezone.now())
    tasks.sweep()
    assert woken == [night.pk]


def night_says(*arguments: str) -> str:
    out = StringIO()
    call_command("night", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_begins_shows_and_cancels(
    ehr: Ehr, hospital: Hospital, tmp_path: Path, work: Work
) -> None:
    listed = tmp_path / "tomorrow.txt"
    listed.write_text("p1\np2\n\np1\n")
    hospital.wrong["Patient/p2"] = 404
    assert "begun for 2 patients of nightly" in night_says(
        "begin", "nightly", "--patients", str(listed)
    )
    work(Night.objects.get())
    said = night_says()
    assert "1 of 2 read, 0 with gaps, 1 not read, 2 requests" in said
    assert "p1" not in said
    with pytest.raises(CommandError, match="night_under_way"):
        night_says("begin", "nightly", "--group", "tomorrow")
    assert "cancelled" in night_says("cancel", "nightly")
    for wrong in (
        ("cancel", "nightly"), ("begin", "nobody", "--group", "g"), ("begin", "nightly"),
        ("begin", "nightly", "--patients", str(tmp_path / "none")),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            night_says(*wrong)
