"""Sources: opened in place, or on a page of their own, and for how long."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from audit.events.decisions import CitationClosed, CitationOpened
from audit.recorder import record
from recommendations import forms, selectors
from recommendations.decisions import looks
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.texts import sha256
from recommendations.models import Statement
from recommendations.verification.outcomes import Verdict
from recommendations.views.answers import no_such
from recommendations.views.chart import read_strip
from recommendations.views.composing import snapshot_of
from recommendations.views.door import is_htmx, panel_view
from recommendations.views.evidence import Evidence, evidence_of
from smartapp.launch.doors import LaunchRequest


@panel_view
@require_safe
def source(
    request: LaunchRequest, *, launch_id: str, statement_id: UUID, handle: str
) -> HttpResponse:
    """Show what a statement cites, recorded before it is shown."""
    statement = selectors.statement_of(request.launch, statement_id)
    if statement is None:
        return no_such(request)
    snapshot = snapshot_of(statement.draft)
    evidence = evidence_of(statement, handle, snapshot)
    if evidence is None:
        return no_such(request)
    with transaction.atomic():
        record(_opened(statement, evidence))
        if request.method == "GET":  # HEAD shows nothing
            looks.take_down(launch=request.launch, statement=statement)
    context = {"evidence": evidence, "statement": statement, "launch": request.launch}
    if is_htmx(request):
        return render(request, "panel/evidence.html", context)
    whole = {**context, "chart": read_strip(request, snapshot), "ehr": request.ehr}
    return render(request, "panel/evidence_page.html", whole)


@panel_view
@require_POST
def closed(
    request: LaunchRequest, *, launch_id: str, statement_id: UUID, handle: str
) -> HttpResponse:
    """Take down for how long a source was open; the browser tells it as it leaves."""
    statement = selectors.statement_of(request.launch, statement_id)
    known = snapshot_of(statement.draft).facts if statement else ()
    if statement is None or handle not in {fact.handle for fact in known}:
        return no_such(request)
    try:
        given = forms.read(forms.Closed, request.POST, launch=request.launch)
    except DecisionRefused as refused:
        return no_such(request, refused)
    with transaction.atomic():
        record(
            CitationClosed(
                draft_id=str(statement.draft_id),
                statement_id=str(statement.pk),
                handle=handle,
                ms=given["ms"],
            )
        )
    return HttpResponse(status=204)


def _opened(statement: Statement, evidence: Evidence) -> CitationOpened:
    return CitationOpened(
        draft_id=str(statement.draft_id),
        statement_id=str(statement.pk),
        handle=evidence.handle,
        kind=evidence.source,
        high_stakes=Verdict.model_validate(statement.verdict).high_stakes,
        text_sha256=sha256(statement.text),
        source=f"{evidence.source}/{evidence.source_id}",
        name=evidence.title,
    )
