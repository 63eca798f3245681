"""A decision, reconstructed: one page, top to bottom."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import decisions
from audit.context import bind
from audit.decisions import Story
from audit.events.review import DecisionOpened
from audit.views.doors import record_look, reviewer_required


@require_safe
@reviewer_required
def decision(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show all that led to a draft and what became of it, with the proof of its chain."""
    story = decisions.reconstruct(draft_id)
    look_id = _record(story)
    return render(
        request, "audit/decision.html", {"nav": "decisions", "story": story, "look_id": look_id}
    )


def _record(story: Story) -> int:
    row = story.entries[-1].row
    look = DecisionOpened(
        draft_id=str(story.draft_id),
        events=len(story.entries),
        proof="holds" if story.proof.whole else "broken",
    )
    with bind(patient_index=row.patient_index, launch_id=row.launch_id, ehr=row.ehr):
        return record_look(look)
