"""The administrators' pages: scopes, and what each EHR supports."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit import context
from audit.events.scopes import ScopeRefused
from audit.recorder import record
from audit.tokens import token_requests
from smartapp.administration.grid import grid_of
from smartapp.administration.reports import report_on
from smartapp.checking import CheckRefused
from smartapp.fhir.addresses import is_id
from smartapp.models import Ehr, EhrReport, StaffUser
from smartapp.scopes import approvals
from smartapp.scopes.asking import is_for_backend
from smartapp.scopes.errors import ScopeError
from smartapp.staff.doors import role_required

_administrators = role_required(StaffUser.Role.ADMINISTRATOR)
_TOKENS_OF = timedelta(hours=24)
_Act = Callable[[Ehr, HttpRequest, str, StaffUser], str]


@require_safe
@_administrators
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the scopes of the first EHR; say so where there is none."""
    ehr = Ehr.objects.order_by("name").first()
    if ehr is None:
        return render(request, "administration/empty.html", {"nav": "scopes"})
    return redirect("scopes", slug=ehr.slug)


@require_safe
@_administrators
def scopes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show workflows by resources, with reasons, approvals, grants and uses."""
    return _scopes_page(request, get_object_or_404(Ehr, slug=slug))


@require_POST
@_administrators
def act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Write a reason, approve, ask or give up, one scope at a time."""
    ehr = get_object_or_404(Ehr, slug=slug)
    if verb not in _ACTS:
        raise Http404
    scope = request.POST.get("scope", "")
    try:
        said = _ACTS[verb](ehr, request, scope, cast("StaffUser", request.user))
    except ScopeError as refused:
        _record_refusal(ehr, scope, refused)
        return _scopes_page(request, ehr, refused=refused, scope=scope)
    messages.success(request, said)
    return redirect(reverse("scopes", args=[slug]))


@require_safe
@_administrators
def supports(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest report on an EHR."""
    return _report_page(request, get_object_or_404(Ehr, slug=slug))


@require_POST
@_administrators
def check_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Check an EHR while the administrator waits: half a minute at most."""
    ehr = get_object_or_404(Ehr, slug=slug)
    patient = request.POST.get("patient", "").strip()
    if patient and not is_id(patient):
        return _report_page(request, ehr, wrong="A patient is named by the id of its resource.")
    with suppress(CheckRefused):  # the report says so, with its code
        report_on(ehr, patient_id=patient)
    return redirect("ehr-supports", slug=slug)


def _justify(ehr: Ehr, request: HttpRequest, scope: str, who: StaffUser) -> str:
    approvals.justify(ehr, scope, request.POST.get("reason", ""), author=who)
    return f"The reason for {scope} is written. Another administrator can approve it now."


def _approve(ehr: Ehr, request: HttpRequest, scope: str, who: StaffUser) -> str:
    approvals.approve(ehr, scope, approver=who)
    return f"{scope} is approved."


def _ask(ehr: Ehr, request: HttpRequest, scope: str, who: StaffUser) -> str:
    approvals.ask(ehr, scope, by=who)
    who_asks = "The backend asks" if is_for_backend(scope) else "Launches ask"
    return f"{who_asks} for {scope} from now on. Register it in the EHR's portal too."


def _give_up(ehr: Ehr, request: HttpRequest, scope: str, who: StaffUser) -> str:
    approvals.give_up(ehr, scope, by=who)
    return f"{scope} is given up. Take it out of the registration in the EHR's portal too."


_ACTS: dict[str, _Act] = {
    "justify": _justify,
    "approve": _approve,
    "ask": _ask,
    "give-up": _give_up,
}


def _scopes_page(
    request: HttpRequest, ehr: Ehr, *, refused: ScopeError | None = None, scope: str = ""
) -> HttpResponse:
    told = {
        "nav": "scopes",
        "grid": grid_of(ehr),
        "ehrs": Ehr.objects.order_by("name"),
        "refused": refused,
        "refused_scope": scope,
        "reason": request.POST.get("reason", "") if refused else "",
    }
    return render(request, "administration/scopes.html", told, status=400 if refused else 200)


def _report_page(request: HttpRequest, ehr: Ehr, *, wrong: str = "") -> HttpResponse:
    told = {
        "nav": "ehrs",
        "ehr": ehr,
        "ehrs": Ehr.objects.order_by("name"),
        "kept": EhrReport.objects.filter(ehr=ehr).order_by("-at").first(),
        "wrong": wrong,
        "tokens": token_requests(since=timezone.now() - _TOKENS_OF, ehr=ehr.slug),
    }
    return render(request, "administration/supports.html", told, status=400 if wrong else 200)


@transaction.atomic
def _record_refusal(ehr: Ehr, scope: str, refused: ScopeError) -> None:
    with context.bind(ehr=ehr.slug):
        record(ScopeRefused(code=refused.code, scopes=(scope[:300],)))
