"""The model card for administrators, and AI provenance for compliance reviewers."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.context import bind
from audit.errors import EventNotFound
from audit.views.doors import reviewer_required
from recommendations.models import SignedNote
from recommendations.transparency.card import SOURCE, model_card
from recommendations.views.card_files import card_file, provenance_file
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


@require_safe
@reviewer_required
def provenance(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Where a signed text came from, as FHIR, taken away by a reviewer."""
    notes = SignedNote.objects.select_related("draft__launch__ehr", "decision__clinician")
    note = notes.filter(draft_id=draft_id).first()
    if note is None:
        raise EventNotFound(f"Nothing was signed of draft {draft_id}.")
    launch = note.draft.launch
    with bind(
        patient_index=note.draft.patient_index, launch_id=str(launch.pk), ehr=launch.ehr.slug
    ):
        return provenance_file(note)
