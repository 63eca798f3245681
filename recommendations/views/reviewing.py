"""The compliance reviewers' pages on one draft: made again, and where its signed text came from."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.context import bind
from audit.errors import EventNotFound
from audit.views.doors import record_vain_look, reviewer_required
from recommendations.models import SignedNote
from recommendations.replays import replay
from recommendations.replays.errors import DraftUnknown, ReplayRefused
from recommendations.replays.recording import recorded_look
from recommendations.transparency.files import provenance_file


@require_safe
@reviewer_required
def replayed(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Rebuild its requests, verify its statements anew, and show both beside what was recorded."""
    try:
        found = replay(draft_id)
    except DraftUnknown:
        raise EventNotFound(f"There is no draft {draft_id}.") from None
    except ReplayRefused as refused:
        record_vain_look(request, refused.code)
        told = {"draft_id": draft_id, "refused": refused}
        return render(request, "audit/replay.html", told, status=409)
    recorded_look(found, words=True)
    same = sum(each.same for each in found.reads)
    told = {"draft_id": draft_id, "found": found, "tools_same": same}
    return render(request, "audit/replay.html", told)


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
