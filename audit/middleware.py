"""Circumstances of each request: what the server itself knows, never a client's word."""

import ipaddress
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import bind


class AuditContextMiddleware:
    """Binds request id, network address and, where one is signed in, the member of staff.

    Launch pages bind clinician, patient and EHR themselves, over what is bound here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind, then answer; the answer names the request, for whoever asks about it later."""
        actor, actor_name = _staff(request)
        request_id = uuid.uuid4().hex
        with bind(
            actor=actor,
            actor_name=actor_name,
            address=network_address(request),
            request_id=request_id,
        ):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


def network_address(request: HttpRequest) -> str:
    """Return where the request came from, or "" where nothing trustworthy says so.

    ``X-Forwarded-For`` is whatever the client sent, with one entry appended by each proxy: only
    as many entries from the right are believed as there are proxies of ours.
    """
    own = request.META.get("REMOTE_ADDR", "")
    proxies = settings.AUDIT_TRUSTED_PROXIES
    if not proxies:
        return _valid(own)
    entries = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",")]
    return _valid(entries[-proxies] if len(entries) >= proxies else own) or _valid(own)


def _valid(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def _staff(request: HttpRequest) -> tuple[str, str]:
    if not request.user.is_authenticated:
        return "anonymous", ""
    return f"staff|{request.user.pk}", request.user.get_full_name() or request.user.get_username()
