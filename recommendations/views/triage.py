"""Asking for triage, and what its draft shows first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from recommendations import selectors
from recommendations.decisions.acts import noted
from recommendations.decisions.errors import DecisionRefused
from recommendations.drafts.complaints import request_triage
from recommendations.errors import ChoiceRefused, ComplaintRefused, LaunchEnded
from recommendations.models import Draft
from recommendations.views.answers import answer
from recommendations.views.chart import read_chart
from recommendations.views.door import is_htmx, panel_view
from recommendations.views.offering import chosen
from recommendations.views.panel import fragment, page
from recommendations.views.pieces import Message
from recommendations.views.typed import Opened
from recommendations.workflows.triage.triage import KEY, TRIAGE
from smartapp.launch.doors import LaunchRequest


@panel_view
@require_POST
def ask(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """Take a complaint and have it triaged; with ``brought``, what was chosen of the chart."""
    try:
        draft = _asked(request)
    except DecisionRefused as refused:
        return _refused(request, refused)
    return answer(request, draft.pk)


def _asked(request: LaunchRequest) -> Draft:
    try:
        return request_triage(
            launch=request.launch,
            complaint=request.POST.get("complaint", ""),
            chosen=chosen(request, TRIAGE),
        )
    except (ChoiceRefused, ComplaintRefused, LaunchEnded) as error:
        code = error.code
    raise noted(launch=request.launch, verb="triage", code=code)


def _refused(request: LaunchRequest, refused: DecisionRefused) -> HttpResponse:
    """The form again, with what was typed in it."""
    opened = Opened("complaint", typed=request.POST.get("complaint", ""))
    if not is_htmx(request):
        return page(request, key=KEY, opened=opened, refused=refused)
    if (before := selectors.drafts_of(request.launch).get(KEY)) is not None:
        return fragment(request, before, opened=opened, refused=refused)
    context = {
        "document": TRIAGE,
        "chart": read_chart(request),
        "opened": opened,
        "launch": request.launch,
        "message": Message(refused.code, refused.refusal),
    }
    return render(request, "panel/start.html", context, status=refused.refusal.status)
