"""The administrators' pages on prompts and models: versions, where they are in use, who decided."""

import re
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.events.releases import ReleaseRefused
from audit.recorder import record
from recommendations.administration import telling
from recommendations.administration.comparing import lines
from recommendations.agent.prompts import PromptBroken, PromptFile, files, load, versions
from recommendations.releases import changing
from recommendations.releases.errors import NotWaiting, ReleaseError
from recommendations.releases.wishes import Wish
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import StaffUser
from smartapp.staff.doors import role_required

_administrators = role_required(StaffUser.Role.ADMINISTRATOR)
_NUMBER = re.compile(r"[0-9]{1,4}")
_Act = Callable[[Document, HttpRequest, StaffUser], str]


@require_safe
@_administrators
def home(request: HttpRequest) -> HttpResponse:
    """Every document, what it is drafted with, and what waits."""
    return render(request, "releases/home.html", {"nav": "prompts", "every": telling.every()})


@require_safe
@_administrators
def document(request: HttpRequest, key: str) -> HttpResponse:
    """One document: what is in use where, its versions, and what was drafted with them."""
    return _page(request, _document(key))


@require_POST
@_administrators
def act(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Propose, approve, dismiss or go a step back."""
    of = _document(key)
    if verb not in _ACTS:
        raise Http404
    try:
        said = _ACTS[verb](of, request, cast("StaffUser", request.user))
    except ReleaseError as refused:
        _record_refusal(of, verb, refused)
        return _page(request, of, refused=refused, verb=verb)
    messages.success(request, said)
    return redirect("prompts-of", key=key)


@require_safe
@_administrators
def text(request: HttpRequest, name: str, version: int) -> HttpResponse:
    """The words of one version, or what it says otherwise than another."""
    found = _file(name, version)
    other = request.GET.get("from", "")
    before = _file(name, _number(other)) if other else None
    told = {
        "nav": "prompts",
        "file": found,
        "before": before,
        "lines": lines(before.text, found.text) if before else None,
        "others": [number for number in versions(name) if number != version],
    }
    return render(request, "releases/text.html", told)


def _propose(of: Document, request: HttpRequest, who: StaffUser) -> str:
    sent = request.POST
    follows = bool(sent.get("follow"))
    wish = Wish(
        document=of.key,
        unit=sent.get("unit", "").strip(),
        contract=None if follows else _number(sent.get("contract")),
        prompt=None if follows else _number(sent.get("prompt")),
        models=tuple(sent.get("models", "").split()),
    )
    changing.propose(wish, sent.get("reason", ""), by=who)
    return "The change is proposed. Another administrator can approve it now."


def _approve(of: Document, request: HttpRequest, who: StaffUser) -> str:
    changing.approve(_id(request, "change"), by=who)
    return "Approved. Drafts asked for from now on are made with it."


def _dismiss(of: Document, request: HttpRequest, who: StaffUser) -> str:
    changing.dismiss(_id(request, "change"), by=who)
    return "The proposal is dismissed. Nothing changed."


def _roll_back(of: Document, request: HttpRequest, who: StaffUser) -> str:
    sent = request.POST
    seen = _id(request, "seen")
    changing.roll_back(of.key, sent.get("unit", ""), sent.get("reason", ""), seen=seen, by=who)
    return "Rolled back. Drafts under way are finished with what they began with."


_ACTS: dict[str, _Act] = {
    "propose": _propose,
    "approve": _approve,
    "dismiss": _dismiss,
    "roll-back": _roll_back,
}


def _page(
    request: HttpRequest, of: Document, *, refused: ReleaseError | None = None, verb: str = ""
) -> HttpResponse:
    told: dict[str, Any] = {
        "nav": "prompts",
        "told": telling.told(of),
        "documents": DOCUMENTS.values(),
        "units": telling.units(),
        "refused": refused,
        "refused_verb": verb,
        "sent": request.POST if refused else {},
    }
    return render(request, "releases/document.html", told, status=400 if refused else 200)


def _document(key: str) -> Document:
    if key not in DOCUMENTS:
        raise Http404
    return DOCUMENTS[key]


def _file(name: str, version: int) -> PromptFile:
    if name not in files.names():
        raise Http404
    try:
        return load(name, version)
    except PromptBroken:
        raise Http404 from None


def _number(sent: str | None) -> int:
    return int(sent) if sent and _NUMBER.fullmatch(sent) else 0


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise NotWaiting from None


@transaction.atomic
def _record_refusal(of: Document, verb: str, refused: ReleaseError) -> None:
    record(ReleaseRefused(document=of.key, act=verb, code=refused.code))
