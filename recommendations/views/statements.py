"""Statements: opening one to edit, keeping what is typed, deciding."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from audit.recorder import record
from recommendations import forms, selectors
from recommendations.decisions import editing, services
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.texts import sha256
from recommendations.models import StatementEdit
from recommendations.views import when
from recommendations.views.answers import answer, no_such
from recommendations.views.composing import show
from recommendations.views.door import is_htmx, panel_view, recorded, wants_json
from recommendations.views.own_words import found_in_draft
from recommendations.views.panel import page, viewed
from recommendations.views.typed import Opened, typed_in
from smartapp.launch.doors import (
    LaunchRequest,
    ended_launch_allowed,
    is_too_old,
    refuse_unless_live,
)


@panel_view
@require_safe
def statement(request: LaunchRequest, *, launch_id: str, statement_id: UUID) -> HttpResponse:
    """One statement, with ``open=edit`` or ``open=reject`` where that is asked for."""
    draft = selectors.draft_of_statement(request.launch, statement_id)
    if draft is None:
        return no_such(request)
    kind = request.GET.get("open", "")
    opened = Opened(kind if kind in {"edit", "reject"} else "", statement_id)
    if not is_htmx(request):
        return page(request, key=draft.document, opened=opened)
    shown = show(draft)
    card = next((card for card in shown.cards if card.id == statement_id), None)
    if card is None:  # it was replaced, or added and taken out again
        return no_such(request)
    with transaction.atomic():
        record(viewed(shown.draft, statements=1))
    context = {"shown": shown, "card": card, "opened": opened, "launch": request.launch}
    return render(request, "panel/statement.html", context)


@panel_view
@require_POST
def decide(request: LaunchRequest, *, launch_id: str, statement_id: UUID) -> HttpResponse:
    """Approve, replace by own words, leave out, or take that back."""
    draft = selectors.draft_of_statement(request.launch, statement_id)
    draft_id = draft.pk if draft else None
    try:
        given = forms.read(forms.StatementDecision, request.POST, launch=request.launch)
        _decided(request, statement_id, given)
    except DecisionRefused as refused:
        opened = typed_in(request, statement_id)
        if refused.code == "chart_otherwise" and opened and draft:
            opened = replace(opened, against=found_in_draft(opened.typed or "", draft))
        return answer(request, draft_id, refused=refused, opened=opened)
    return answer(request, draft_id)


def _decided(request: LaunchRequest, statement_id: UUID, given: dict[str, Any]) -> None:
    act = {
        "launch": request.launch,
        "statement_id": statement_id,
        "revision": given["revision"],
        "text_sha256": given["text_sha256"],
    }
    match given["verb"]:
        case "approve":
            services.approve(**act, seen=given["seen"])
        case "edit":
            services.approve_own_words(
                **act, text=given["text"], reason=given["reason"], seen=given["seen"]
            )
        case "reject":
            services.leave_out(**act, reason=given["reason"], comment=given["comment"])
        case _:
            services.reopen(**act)


@ended_launch_allowed
@recorded
@require_POST
def edit(request: LaunchRequest, *, launch_id: str, statement_id: UUID) -> HttpResponse:
    """Keep what is typed, even after the session has ended; nothing of the chart is answered."""
    try:
        saved = _kept(request, statement_id)
    except DecisionRefused as refused:
        return _not_kept(request, statement_id, refused)
    if wants_json(request):
        return JsonResponse(_saved(request, saved))
    return _answer(request, statement_id)


def _kept(request: LaunchRequest, statement_id: UUID) -> StatementEdit:
    given = forms.read(forms.Edit, request.POST, launch=request.launch)
    return editing.save_edit(
        launch=request.launch,
        statement_id=statement_id,
        text=given["text"],
        shown_sha256=given["shown_sha256"],
        underway=given["underway"],
    )


def _not_kept(request: LaunchRequest, statement_id: UUID, refused: DecisionRefused) -> HttpResponse:
    if wants_json(request):
        told = {"code": refused.code, "words": refused.refusal.title}
        return JsonResponse(told, status=refused.refusal.status)
    opened = Opened("edit", statement_id, request.POST.get("text", ""))
    return _answer(request, statement_id, refused=refused, opened=opened)


def _answer(
    request: LaunchRequest,
    statement_id: UUID,
    *,
    refused: DecisionRefused | None = None,
    opened: Opened | None = None,
) -> HttpResponse:
    # The door let an ended launch in to keep words; from here on the chart would be shown.
    refuse_unless_live(request.launch)
    draft = selectors.draft_of_statement(request.launch, statement_id)
    return answer(request, draft.pk if draft else None, refused=refused, opened=opened)


def _saved(request: LaunchRequest, edit: StatementEdit) -> dict[str, object]:
    moment = when.local(edit.saved_at)
    return {
        "sha256": sha256(edit.text),
        "saved_at": moment.isoformat() if moment else "",
        "ended": request.launch.ended_at is not None or is_too_old(request.launch),
    }
