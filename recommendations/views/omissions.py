"""What a draft leaves out: opening its source, adding it, finding it not needed."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from audit.events.omissions import OmissionOpened
from audit.recorder import record
from recommendations import forms, omitted, selectors
from recommendations.decisions import adding
from recommendations.decisions.errors import DecisionRefused
from recommendations.models import Omission
from recommendations.views.answers import answer, no_such
from recommendations.views.chart import read_strip
from recommendations.views.composing import snapshot_of
from recommendations.views.door import is_htmx, panel_view
from recommendations.views.evidence import Evidence, evidence_of_fact
from smartapp.launch.doors import LaunchRequest


@panel_view
@require_POST
def decide(request: LaunchRequest, *, launch_id: str, omission_id: UUID) -> HttpResponse:
    """Add it, take that back, find it not needed, or take that back."""
    row = selectors.omission_of(request.launch, omission_id)
    draft_id = row.draft_id if row else None
    try:
        _decided(request, omission_id)
    except DecisionRefused as refused:
        return answer(request, draft_id, refused=refused)
    return answer(request, draft_id)


def _decided(request: LaunchRequest, omission_id: UUID) -> None:
    given = forms.read(forms.OmissionDecision, request.POST, launch=request.launch)
    act = {
        "launch": request.launch,
        "omission_id": omission_id,
        "revision": given["revision"],
    }
    match given["verb"]:
        case "add":
            adding.add(**act, text_sha256=given["text_sha256"])
        case "take_out":
            adding.take_out(**act)
        case "dismiss":
            adding.dismiss(**act, reason=given["reason"])
        case _:
            adding.list_again(**act)


@panel_view
@require_safe
def source(request: LaunchRequest, *, launch_id: str, omission_id: UUID) -> HttpResponse:
    """Show the entry of the chart that is not told, recorded before it is shown."""
    row = selectors.omission_of(request.launch, omission_id)
    if row is None:
        return no_such(request)
    snapshot = snapshot_of(row.draft)
    found = omitted.found_of(row)
    evidence = evidence_of_fact(found.handle, snapshot, quote=found.quote)
    if evidence is None:
        return no_such(request)
    with transaction.atomic():
        record(_opened(row, evidence))
    context = {"evidence": evidence, "omission": row, "draft": row.draft, "launch": request.launch}
    if is_htmx(request):
        return render(request, "panel/unsaid_source.html", context)
    whole = {**context, "chart": read_strip(request, snapshot), "ehr": request.ehr}
    return render(request, "panel/unsaid_source_page.html", whole)


def _opened(row: Omission, evidence: Evidence) -> OmissionOpened:
    return OmissionOpened(
        draft_id=str(row.draft_id),
        omission_id=str(row.pk),
        rule=row.rule,
        handle=evidence.handle,
        kind=evidence.source,
        source=f"{evidence.source}/{evidence.source_id}",
        name=evidence.title,
    )
