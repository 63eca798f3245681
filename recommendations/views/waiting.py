"""The page that stands while the EHR is slow: the panel's own places, empty, until the chart comes.

It shows nothing of the chart, so nothing is recorded for it; the whole page, which it asks for at
once, is recorded before it is shown as ever. That request takes over the reading under way.
"""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from recommendations.views.chart import FRESH
from recommendations.views.door import is_htmx
from recommendations.views.reads import reads_of
from recommendations.views.tabs import tabs
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.read_ahead import first_look_within
from smartapp.launch.doors import LaunchRequest

# A page should be there within a second of the redirect; the rest is for the way and the paint.
PATIENCE_SECONDS = 0.6
_WHOLE = "whole"  # in the query of a request that waits for the chart, however long it takes


def is_better(request: LaunchRequest) -> bool:
    """Whether to show something now, since the chart is not here yet."""
    if {_WHOLE, FRESH} & set(request.GET) or is_htmx(request):
        return False
    return not first_look_within(request.launch, PATIENCE_SECONDS)


def waiting(request: LaunchRequest, document: Document) -> HttpResponse:
    """The empty panel, which asks for the whole one by itself, with a script or without."""
    query = {name: str(value) for name, value in request.GET.items()} | {_WHOLE: "1"}
    return render(
        request,
        "panel/waiting.html",
        {
            "document": document,
            "tabs": tabs(DOCUMENTS.values(), document, {}, not_yet="Reading"),
            "reads": reads_of(document),
            "whole": f"{request.path}?{urlencode(query)}",
            "launch": request.launch,
            "ehr": request.ehr,
        },
    )
