"""Who may look: compliance reviewers, and nobody else. Refusals are recorded like looks."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from audit.errors import EventNotFound, LedgerUnavailable
from audit.events.base import Event, Outcome
from audit.events.review import LookRefused
from audit.recorder import record

REVIEWER = "compliance"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def reviewer_required(view: View[P]) -> View[P]:
    """Let reviewers in; send strangers to sign in; refuse others, recorded, with 403.

    A page whose look cannot be recorded is not shown (503). No page is kept by a browser.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        response = _answer(view, request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def _answer(
    view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponseBase:
    try:
        if getattr(request.user, "role", "") != REVIEWER:
            record_look(
                LookRefused(outcome=Outcome.REFUSED, code="not_a_reviewer", page=_page(request))
            )
            return _refusal(request, "not_a_reviewer", 403)
        return view(request, *args, **kwargs)
    except EventNotFound:
        return _refusal(request, "not_found", 404)
    except LedgerUnavailable:
        return _refusal(request, "ledger_unavailable", 503)


def record_look(event: Event) -> int:
    """Record a look in a transaction of its own, before anything is shown; return the row's id."""
    with transaction.atomic():
        return record(event).pk


def _page(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _refusal(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "audit/refused.html", {"reason": reason}, status=status)
