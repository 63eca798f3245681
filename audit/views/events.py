"""One event, in full."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import ledger, lines, selectors, wording
from audit.context import bind
from audit.events.review import EventOpened
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
        "look_id": look_id,
    }
    return render(request, "audit/event.html", context)
