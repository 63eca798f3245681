"""Who may look: compliance reviewers, and nobody else, by the app's one door to staff pages."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import import_string

from audit.errors import EventNotFound, LedgerUnavailable
from audit.events.base import Event, Outcome
from audit.events.review import LookRefused
from audit.recorder import record

REVIEWER = "compliance"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def reviewer_required(view: View[P]) -> View[P]:
    """Let reviewers in, by the door that ``settings.AUDIT_DOOR`` names.

    A page whose look cannot be recorded is not shown (503). No page is kept by a browser.
    """
    behind: View[P] = import_string(settings.AUDIT_DOOR)(REVIEWER)(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = _answer(behind, request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def _answer(
    view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponseBase:
    try:
        return _found(view, request, *args, **kwargs)
    except LedgerUnavailable:
        return _refusal(request, "ledger_unavailable", 503)


def _found(
    view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except EventNotFound:
        record_vain_look(request, "not_found")
        return _refusal(request, "not_found", 404)


def record_vain_look(request: HttpRequest, code: str) -> None:
    """Record a look that showed nothing: an address of nothing, a question without sense."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    record_look(LookRefused(outcome=Outcome.REFUSED, code=code, page=page))


def record_look(event: Event) -> int:
    """Record a look in a transaction of its own, before anything is shown; return the row's id."""
    with transaction.atomic():
        return record(event).pk


def _refusal(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "audit/refused.html", {"reason": reason}, status=status)
