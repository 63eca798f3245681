"""How an act is answered: the draft anew for a script, the way back to the panel without one."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from recommendations import selectors
from recommendations.decisions.acts import noted
from recommendations.decisions.errors import DecisionRefused
from recommendations.models import Draft
from recommendations.views.door import is_htmx
from recommendations.views.panel import fragment, page
from recommendations.views.typed import Opened
from smartapp.launch.doors import LaunchRequest


def answer(
    request: LaunchRequest,
    draft_id: UUID | None,
    *,
    refused: DecisionRefused | None = None,
    opened: Opened | None = None,
) -> HttpResponse:
    """Show where the draft stands after an act, done or refused."""
    draft = selectors.draft_of(request.launch, draft_id) if draft_id else None
    if draft is None:
        return no_such(request, refused)
    if is_htmx(request):
        return fragment(request, draft, opened=opened, refused=refused)
    if refused is not None:
        return page(request, key=draft.document, opened=opened, refused=refused)
    return HttpResponseRedirect(address(draft))


def address(draft: Draft) -> str:
    """The panel's address with this draft's tab open."""
    panel = reverse("panel", kwargs={"launch_id": draft.launch_id})
    return f"{panel}?document={draft.document}#draft"


def no_such(request: LaunchRequest, refused: DecisionRefused | None = None) -> HttpResponse:
    """Say that something is not here, and nothing about it; record it unless that is done."""
    refused = refused or noted(launch=request.launch, verb="view", code="another_launch")
    context = {"refused": refused, "launch": request.launch}
    name = "panel/states/refused.html" if is_htmx(request) else "panel/states/refused_page.html"
    return render(request, name, context, status=refused.refusal.status)
