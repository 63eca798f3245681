"""Pages that belong to no room: refusals of the framework itself."""

from django.http import HttpRequest, HttpResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale."""
    del reason
    return HttpResponse("This page is out of date. Reload it and try again.", status=403)
