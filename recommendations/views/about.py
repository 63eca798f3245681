"""What this software is, for the clinician who uses it: its card, and where a text came from."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations import selectors
from recommendations.transparency.card import SOURCE, model_card
from recommendations.transparency.files import card_file, provenance_file
from recommendations.views.answers import no_such
from recommendations.views.door import panel_view
from recommendations.workflows.disclosures import disclosure
from smartapp.launch.doors import LaunchRequest


@panel_view
@require_safe
def about(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """The model card, after what the jurisdiction has the clinician told. Nothing of a chart."""
    context = {
        "card": model_card(),
        "source": SOURCE,
        "disclosure": disclosure(request.ehr.jurisdiction),
        "launch": request.launch,
        "ehr": request.ehr,
    }
    return render(request, "panel/about.html", context)


@panel_view
@require_safe
def card(request: LaunchRequest, *, launch_id: str, form: str) -> HttpResponse:
    """The model card as a file."""
    return card_file(form) or no_such(request)


@panel_view
@require_safe
def provenance(request: LaunchRequest, *, launch_id: str, draft_id: UUID) -> HttpResponse:
    """Where a text that was signed in this launch came from, as FHIR."""
    draft = selectors.draft_of(request.launch, draft_id)
    note = selectors.signed_note_of(draft) if draft else None
    return no_such(request) if note is None else provenance_file(note)
