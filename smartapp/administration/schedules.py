"""The schedules on the page on nights: what is done by itself, and setting it."""

from dataclasses import dataclass
from datetime import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from smartapp.models import Ehr, Schedule, StaffUser
from smartapp.schedules import setting
from smartapp.staff.doors import role_required

_administrators = role_required(StaffUser.Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Told:
    """One schedule as the page shows it."""

    schedule: Schedule
    when: str


def shown() -> list[Told]:
    """Return every schedule; nothing of a group or a patient."""
    rows = Schedule.objects.select_related("ehr").order_by("ehr__name", "work")
    return [Told(row, setting.words(row)) for row in rows]


@require_POST
@_administrators
def set_one(request: HttpRequest) -> HttpResponse:
    """Set what is done at an EHR, in the place of what was."""
    ehr = get_object_or_404(Ehr, slug=request.POST.get("ehr", ""))
    try:
        row = setting.set_schedule(
            ehr,
            request.POST.get("work", ""),
            group=request.POST.get("group", "").strip(),
            at=_time(request.POST),
            every_minutes=_minutes(request.POST),
        )
    except ValueError as wrong:
        messages.error(request, f"Nothing was set. {wrong}")
    else:
        messages.success(request, f"Set for {ehr.name}: {row.get_work_display().lower()}.")
    return redirect("nights")


@require_POST
@_administrators
def remove(request: HttpRequest, slug: str, work: str) -> HttpResponse:
    """End a schedule, and what is under way of it."""
    ehr = get_object_or_404(Ehr, slug=slug)
    if setting.remove(ehr, work):
        messages.success(request, f"Removed at {ehr.name}.")
    else:
        messages.info(request, f"Nothing of that kind is scheduled at {ehr.name}.")
    return redirect("nights")


def _time(given: QueryDict) -> time | None:
    text = given.get("at", "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("Give the time of day as 02:30.") from None


def _minutes(given: QueryDict) -> int | None:
    text = given.get("every_minutes", "").strip()
    if text and not text.isdecimal():
        raise ValueError("Give the minutes as a number.")
    return int(text[:9]) if text else None
