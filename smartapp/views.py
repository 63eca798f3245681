"""Pages that belong to no room: the bare address, and refusals of the framework itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from audit.events.staff import FormRefused
from smartapp.launch.pages import refuse
from smartapp.launch.refusals import LaunchRefused
from smartapp.launch.sessions import launch_id_of
from smartapp.staff.refusing import record_refusal


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead members of staff to the pages of their role, and anybody else to the sign-in."""
    role = getattr(request.user, "role", "")
    return HttpResponseRedirect(settings.STAFF_HOME.get(role) or resolve_url(settings.LOGIN_URL))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale."""
    if launch_id_of(request.path_info):
        return refuse(request, LaunchRefused("page_out_of_date"))
    record_refusal(request, FormRefused, "page_out_of_date")
    return render(request, "staff/out_of_date.html", status=403)
