"""Reading the exact text, and signing it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from audit.recorder import record
from recommendations import forms, selectors
from recommendations.decisions import choosing, signing, unsaid
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import standings
from recommendations.decisions.texts import spaced
from recommendations.models import Draft
from recommendations.views.answers import address, answer, no_such
from recommendations.views.cards import Card
from recommendations.views.chart import read_strip
from recommendations.views.composing import show, snapshot_of
from recommendations.views.door import panel_view
from recommendations.views.panel import page, viewed
from recommendations.views.pieces import Message
from recommendations.views.shown import Shown
from smartapp.launch.doors import LaunchRequest

_STAYS_HERE = {
    "not_attested", "attestation_changed", "text_differs", "stale_page", "unsaid_open",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changes:
    """What the clinician changed, for a last look."""

    edited: tuple[Card, ...]
    left_out: tuple[Card, ...]
    as_drafted: int


@panel_view
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: LaunchRequest, *, launch_id: str, draft_id: UUID) -> HttpResponse:
    """Show the exact text that is to be signed; sign it."""
    draft = selectors.draft_of(request.launch, draft_id)
    if draft is None:
        return no_such(request)
    if request.method != "POST":
        return _page(request, draft)
    try:
        _signed(request, draft_id)
    except DecisionRefused as refused:
        draft.refresh_from_db()
        if refused.code in _STAYS_HERE:
            return _page(request, draft, refused)
        return answer(request, draft_id, refused=refused)
    return HttpResponseRedirect(address(draft))


def _signed(request: LaunchRequest, draft_id: UUID) -> None:
    given = forms.read(forms.Signature, request.POST, launch=request.launch)
    signing.sign(
        launch=request.launch,
        draft_id=draft_id,
        revision=given["revision"],
        text_sha256=given["text_sha256"],
        attestation=given["attestation"],
        without=given["without"],
    )


def _page(
    request: LaunchRequest, draft: Draft, refused: DecisionRefused | None = None
) -> HttpResponse:
    if draft.state == Draft.State.SIGNED:
        return HttpResponseRedirect(address(draft))
    every = standings(draft)
    try:
        signing.refuse_unless_signable(every)
        choosing.refuse_unless_whole(draft, every)
    except DecisionRefused as blocked:
        return page(request, key=draft.document, refused=blocked)
    shown = show(draft)
    lacking = unsaid.critical(draft)
    assembled = signing.assemble(draft, every, request.launch.clinician)
    with transaction.atomic():
        record(viewed(shown.draft, statements=len(shown.cards)))
    return render(
        request,
        "panel/sign.html",
        {
            "chart": read_strip(request, snapshot_of(draft)),
            "shown": shown,
            "assembled": assembled,
            "fingerprint": spaced(assembled.sha256),
            "changes": _changes(shown),
            "lacking": lacking,
            "without": unsaid.fingerprint(lacking),
            "attestation": shown.document.attested,
            "attestation_version": signing.ATTESTATION_VERSION,
            "message": Message(refused.code, refused.refusal) if refused else None,
            "launch": request.launch,
            "ehr": request.ehr,
        },
        status=refused.refusal.status if refused else 200,
    )


def _changes(shown: Shown) -> Changes:
    edited = tuple(card for card in shown.cards if card.own_words and card.stand == "edited")
    left_out = tuple(card for card in shown.cards if card.stand == "left_out")
    return Changes(edited, left_out, len(shown.cards) - len(edited) - len(left_out))
