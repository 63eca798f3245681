"""Pages that belong to no room: refusals of the framework itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from smartapp.launch.pages import refuse
from smartapp.launch.refusals import LaunchRefused
from smartapp.launch.sessions import launch_id_of


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale."""
    if launch_id_of(request.path_info):
        return refuse(request, LaunchRefused("page_out_of_date"))
    return render(request, "staff/out_of_date.html", status=403)
