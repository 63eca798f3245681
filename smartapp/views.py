"""Pages that belong to no room: refusals of the framework itself."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_ratelimit.core import get_usage

from audit.events.base import Outcome
from audit.events.staff import FormRefused
from audit.recorder import record
from smartapp.launch.pages import refuse
from smartapp.launch.refusals import LaunchRefused
from smartapp.launch.sessions import launch_id_of


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale."""
    if launch_id_of(request.path_info):
        return refuse(request, LaunchRefused("page_out_of_date"))
    _record_once_a_second(request)
    return render(request, "staff/out_of_date.html", status=403)


def _record_once_a_second(request: HttpRequest) -> None:
    """Tell the trail; from one network at most as often as a minute has seconds.

    Anyone may send such forms, signed in or not, and as many as they like.
    """
    usage = get_usage(request, group="form_refused", key="ip", rate="60/m", increment=True)
    if usage is not None and usage["should_limit"]:
        return
    page = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        record(FormRefused(outcome=Outcome.REFUSED, code="page_out_of_date", page=page))
