"""The administrators' page: how each sender fares, and the dead letters."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from smartapp.events import letters
from smartapp.models import StaffUser
from smartapp.staff.doors import role_required


@require_safe
@role_required(StaffUser.Role.ADMINISTRATOR)
def page(request: HttpRequest) -> HttpResponse:
    """Show senders and dead letters; nothing of an event's content."""
    context = {"nav": "events", "senders": letters.figures(), "letters": letters.dead()}
    return render(request, "events/page.html", context)


@require_POST
@role_required(StaffUser.Role.ADMINISTRATOR)
def replay(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Have one dead letter processed again."""
    letters.replay([event_id])
    return redirect("events")


@require_POST
@role_required(StaffUser.Role.ADMINISTRATOR)
def discard(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Throw one dead letter away."""
    letters.discard([event_id])
    return redirect("events")
