"""The administrators' page on what this software is: the model card, and what is disclosed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.transparency.card import SOURCE, model_card
from recommendations.transparency.files import card_file
from recommendations.workflows.disclosures import disclosures
from smartapp.models import StaffUser
from smartapp.staff.doors import role_required


@require_safe
@role_required(StaffUser.Role.ADMINISTRATOR)
def about(request: HttpRequest) -> HttpResponse:
    """The model card, and what is disclosed in which jurisdiction."""
    context = {
        "nav": "card",
        "card": model_card(),
        "source": SOURCE,
        "disclosures": disclosures().values(),
    }
    return render(request, "administration/model_card.html", context)


@require_safe
@role_required(StaffUser.Role.ADMINISTRATOR)
def card(request: HttpRequest, form: str) -> HttpResponse:
    """The model card as a file."""
    found = card_file(form)
    if found is None:
        raise Http404
    return found
