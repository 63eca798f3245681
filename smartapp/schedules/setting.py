"""Setting and removing schedules, and when each is due."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.schedules import ScheduleRemoved, ScheduleSet
from audit.recorder import record
from smartapp.fhir import bulk
from smartapp.fhir.addresses import is_id
from smartapp.models import Ehr, Schedule

LEAST_MINUTES, MOST_MINUTES = 15, 7 * 24 * 60


def set_schedule(
    ehr: Ehr, work: str, *, group: str, at: time | None = None, every_minutes: int | None = None
) -> Schedule:
    """Set what is done at an EHR, in the place of what was; raises ``ValueError`` with a sentence.

    A run that is under way ends as it was begun.
    """
    _check(work, group, at, every_minutes)
    with transaction.atomic(), context.bind(ehr=ehr.slug):
        found = Schedule.objects.select_for_update().filter(ehr=ehr, work=work).first()
        row = found or Schedule(ehr=ehr, work=work)
        same = bool(row.group_sealed) and row.group == group
        row.group, row.at, row.every_minutes = group, at, every_minutes
        row.since = row.since if same else None  # another group's first import is of all
        row.next_at = following(row, timezone.now())
        # A worker may hold it: its lease, its number and how far it is are not ours to write.
        set_here = ["group_sealed", "at", "every_minutes", "since", "next_at"]
        row.save(update_fields=set_here if found else None)
        record(ScheduleSet(work=work, when=words(row), group=group))
    return row


def remove(ehr: Ehr, work: str) -> bool:
    """End a schedule, and what is under way of it; tell whether there was one."""
    with transaction.atomic(), context.bind(ehr=ehr.slug):
        row = Schedule.objects.filter(ehr=ehr, work=work).first()
        if row is None:
            return False
        if row.export_id is not None:
            bulk.ask_to_cancel(row.export_id)
        row.delete()
        record(ScheduleRemoved(work=work))
    return True


def following(schedule: Schedule, now: datetime) -> datetime:
    """Return when the next run begins, if one begins now."""
    if schedule.every_minutes is not None:
        return now + timedelta(minutes=schedule.every_minutes)
    zone = ZoneInfo(settings.AUDIT_TIME_ZONE)
    today = now.astimezone(zone).date()
    at = schedule.at or time()
    days = (datetime.combine(today + timedelta(days=n), at, zone) for n in range(3))
    return next(each for each in days if each > now)


def words(schedule: Schedule) -> str:
    """Say when, for people."""
    if schedule.at is not None:
        return schedule.at.strftime("%H:%M")
    return f"every {schedule.every_minutes} minutes"


def _check(work: str, group: str, at: time | None, every_minutes: int | None) -> None:
    if work not in Schedule.Work.values:
        raise ValueError("Choose what is to be done.")
    if not is_id(group):
        raise ValueError("A group is named by its id at the EHR.")
    if (at is None) is (every_minutes is None):
        raise ValueError("Give either a time of day, or after how many minutes.")
    if every_minutes is not None and not LEAST_MINUTES <= every_minutes <= MOST_MINUTES:
        raise ValueError(f"Give {LEAST_MINUTES} to {MOST_MINUTES} minutes.")
