"""The page after a session was closed: what became of the work. Nothing of the chart is on it."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from recommendations import selectors
from recommendations.models import Draft
from recommendations.workflows.registry import DOCUMENTS
from smartapp.launch.doors import LaunchRequest, ended_launch_allowed
from smartapp.models import Launch

_BECAME = {
    Draft.State.QUEUED: "drafting was stopped",
    Draft.State.RUNNING: "drafting was stopped",
    Draft.State.READY: "not signed; what you typed is kept and comes back with the next draft",
    Draft.State.FAILED: "not drafted",
    Draft.State.SIGNED: "signed, and kept ready for the chart",
    Draft.State.REJECTED: "rejected by you",
}


@dataclass(frozen=True, slots=True)
class Left:
    """A document of the closed session, and what became of it."""

    title: str
    words: str
    signed: bool


@ended_launch_allowed
@require_safe
def closed(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """Say what became of the drafts; a session that was not closed is shown as it is."""
    if request.launch.end_reason != Launch.EndReason.CLOSED:
        return HttpResponseRedirect(reverse("panel", kwargs={"launch_id": launch_id}))
    drafts = selectors.drafts_of(request.launch)
    left = [_left(drafts[key]) for key in DOCUMENTS if key in drafts]
    return render(request, "panel/states/closed.html", {"left": left})


def _left(draft: Draft) -> Left:
    state = Draft.State(draft.state)
    return Left(DOCUMENTS[draft.document].title, _BECAME[state], state == Draft.State.SIGNED)
