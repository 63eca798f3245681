"""What every view of the panel stands behind, beside the launch's own door."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from audit.errors import LedgerUnavailable
from smartapp.launch.doors import LaunchRequest, launch_required

View = Callable[..., HttpResponseBase]


def panel_view(view: View) -> View:
    """Let a view run for a live launch, and show nothing that could not be recorded."""
    return launch_required(recorded(view))


def recorded(view: View) -> View:
    """Answer with a page of its own where the trail could not be written."""

    @wraps(view)
    def guarded(request: LaunchRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except LedgerUnavailable:
            return render(request, "panel/states/unrecorded.html", status=503)

    return guarded


def is_htmx(request: LaunchRequest) -> bool:
    """Whether a part of the page is asked for, and not all of it."""
    return request.headers.get("HX-Request") == "true"


def wants_json(request: LaunchRequest) -> bool:
    """Whether the page's own script asks."""
    return "application/json" in request.headers.get("Accept", "")
