"""Who may control the hospital, and the form of what is asked."""

import ipaddress
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from sandbox import settings
from sandbox.faults.registry import UnfitFault

View = Callable[..., HttpResponse]


def controlled(view: View) -> View:
    """Let only this machine in, or everybody where ``SANDBOX_CONTROL`` is on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SANDBOX_CONTROL and not _from_here(request):
            message = "Ask from the same machine, or start the sandbox with SANDBOX_CONTROL=1."
            return JsonResponse({"error": "control_refused", "message": message}, status=403)
        try:
            return view(request, *args, **kwargs)
        except UnfitFault as fault:
            return JsonResponse({"error": fault.code, "message": str(fault)}, status=400)

    return csrf_exempt(never_cache(guarded))


def _from_here(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def sent(request: HttpRequest) -> Any:
    """Return the JSON of a request. Raises UnfitFault.

    Only under its own content type: no page of another site can send that unasked.
    """
    if request.content_type != "application/json":
        raise UnfitFault("malformed", "Send JSON as application/json.")
    try:
        return json.loads(request.body)
    except ValueError:
        raise UnfitFault("malformed", "The body is not JSON.") from None
