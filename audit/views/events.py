"""One event, in full."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import ledger, lines, selectors, wording
from audit.context import bind
from audit.errors import EventNotFound
from audit.events.review import EventOpened, ProofTaken
from audit.tree import proving
from audit.views.doors import record_look, reviewer_required


@require_safe
@reviewer_required
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """Show a row with its sealed fields, its place in its chain, and whether it holds."""
    row = selectors.event(event_id)
    with bind(patient_index=row.patient_index, launch_id=row.launch_id, ehr=row.ehr):
        look_id = record_look(EventOpened(event_id=row.pk, event_type=row.type))
    before, after = selectors.neighbours(row)
    context = {
        "nav": "trail",
        "line": lines.line(row),
        "row": row,
        "facts": wording.facts(row.detail, leave=frozenset({"draft_id"})),
        "sealed": wording.facts(selectors.sealed_fields(row)),
        "fault": ledger.row_fault(row, before),
        "before": before,
        "after": after,
        "inclusion": proving.inclusion(row),
        "look_id": look_id,
    }
    return render(request, "audit/event.html", context)


@require_safe
@reviewer_required
def proof(request: HttpRequest, event_id: int) -> HttpResponse:
    """Give a row's inclusion proof as a file (C2SP tlog-proof); 404 while it waits to be signed."""
    row = selectors.event(event_id)
    found = proving.inclusion(row)
    if found is None:
        raise EventNotFound
    with bind(patient_index=row.patient_index, launch_id=row.launch_id, ehr=row.ehr):
        record_look(ProofTaken(event_id=row.pk, leaf=found.leaf, size=found.size))
    name = f"event-{row.pk}.tlog-proof"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.text(), content_type="text/plain; charset=utf-8", headers=headers)
