"""The one place where the hospital misbehaves on purpose; today it is only slow."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from sandbox import settings

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def slow(view: View[P]) -> View[P]:
    """Let each FHIR call take at least ``SANDBOX_LATENCY_MS`` from its arrival to its answer.

    The wait comes after the work, as a network's and a big server's does: eight calls at once
    take no longer than one, and this small server's own work is not added to each.
    """

    @wraps(view)
    def slowed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        due = time.monotonic() + settings.SANDBOX_LATENCY_MS / 1000
        response = view(request, *args, **kwargs)
        time.sleep(max(0.0, due - time.monotonic()))
        return response

    return slowed
