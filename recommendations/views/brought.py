"""What may have brought the patient, fetched by the form of a document once it stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.views.answers import no_such
from recommendations.views.door import panel_view
from recommendations.views.offering import choices
from recommendations.workflows.registry import DOCUMENTS
from smartapp.launch.doors import LaunchRequest


@panel_view
@require_safe
def brought(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """What may have brought the patient, for the form of a document: recorded, then shown."""
    document = DOCUMENTS.get(request.GET.get("document", ""))
    if document is None or not document.brought_by:
        return no_such(request)
    context = {
        "document": document,
        "launch": request.launch,
        "choices": choices(request, document),
    }
    return render(request, "panel/brought.html", context)
