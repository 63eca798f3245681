"""The administrators' page on nights: schedules, how far each night is, what was not read, why."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from smartapp.administration import schedules
from smartapp.models import Ehr, Night, NightPatient, Schedule, StaffUser
from smartapp.night import nights
from smartapp.night.nights import Progress
from smartapp.staff.doors import role_required

_administrators = role_required(StaffUser.Role.ADMINISTRATOR)
_SHOWN = 14
_REASONS = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One night as the page shows it. ``gaps`` and ``failures``: words and numbers of patients."""

    night: Night
    progress: Progress
    gaps: list[tuple[str, int]]
    failures: list[tuple[str, int]]


@require_safe
@_administrators
def page(request: HttpRequest) -> HttpResponse:
    """Show the last nights; nothing of a patient."""
    newest = Night.objects.select_related("ehr", "export").order_by("-begun_at")[:_SHOWN]
    context = {
        "nav": "nights",
        "nights": [_told(each) for each in newest],
        "ehrs": Ehr.objects.order_by("name"),
        "schedules": schedules.shown(),
        "works": Schedule.Work.choices,
    }
    return render(request, "administration/nights.html", context)


@require_POST
@_administrators
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """End the night that is being read at an EHR."""
    ehr = get_object_or_404(Ehr, slug=slug)
    night = Night.objects.select_related("ehr").filter(ehr=ehr, state=Night.State.READING).first()
    if night is not None and nights.cancel(night):
        messages.success(request, f"The night at {ehr.name} is ended. What was read stays.")
    else:
        messages.info(request, f"No night is being read at {ehr.name}.")
    return redirect("nights")


def _told(night: Night) -> Told:
    rows = NightPatient.objects.filter(night=night)
    gaps: Counter[str] = Counter()
    for missing in rows.exclude(missing=[]).values_list("missing", flat=True).iterator():
        gaps.update(missing)
    codes = rows.exclude(code="").values_list("code", flat=True).iterator()
    return Told(
        night,
        nights.progress(night),
        gaps.most_common(_REASONS),
        Counter(codes).most_common(_REASONS),
    )
