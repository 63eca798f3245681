"""What brought the patient, as far as the chart has it: to choose from with one tap."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from audit.events.drafting import BroughtShown
from audit.recorder import record
from recommendations.clinical.results import Gap
from recommendations.drafts.came_for import MESSAGE_DAYS, CameFor
from recommendations.errors import ChoiceRefused
from recommendations.models import Triage
from recommendations.views import when
from recommendations.views.chart import read_came_for
from recommendations.workflows.documents import Document
from smartapp.launch.doors import LaunchRequest

_SHOWN = 280  # characters: the rest is folded away
_REFUSED = {
    "too_long": "Too long to be taken whole. Read it in the EHR, and type what matters.",
    "not_whole": "Not all of its reasons and comments are here. Read it in the EHR, and type.",
    "has_orders": "It contains text addressed to software. Read it in the EHR, and type.",
}
_TAKEN_FOR = {"message_reply": "Reply to this", "referral_letter": "Write it from this"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them, as it is shown. PHI."""

    reference: str
    fingerprint: str
    label: str
    told: str  # when, and by whom
    text: str
    rest: str
    orders: bool
    refused: str  # why it cannot be taken, in words


@dataclass(frozen=True, slots=True)
class Choices:
    """All that is offered. ``nothing`` says in words where there is nothing."""

    found: tuple[Choice, ...]
    gaps: tuple[Gap, ...]
    act: str
    verb: str
    nothing: str


def choices(request: LaunchRequest, document: Document) -> Choices:
    """What the chart has of it; raises as :func:`recommendations.views.chart.read_chart`."""
    offered = read_came_for(request, document)
    kinds = Counter(each.origin.value for each in offered.found)
    with transaction.atomic():
        record(
            BroughtShown(
                document=document.key,
                offered=dict(kinds),
                missing=tuple(sorted({f"{gap.concept}:{gap.reason}" for gap in offered.gaps})),
                sources=tuple(each.source.named for each in offered.found),
            )
        )
    return Choices(
        found=tuple(_choice(each, document) for each in offered.found),
        gaps=offered.gaps,
        act="triage" if document.asks_why else "drafts",
        verb=_TAKEN_FOR.get(document.key, "Triage this"),
        nothing="" if offered.found or offered.gaps else _nothing(document),
    )


def chosen(request: LaunchRequest, document: Document) -> CameFor | None:
    """What a form names, as the chart has it at this moment; None where it was typed.

    Raises :class:`ChoiceRefused` where it is not among what is offered now, in the version and
    with the words that were shown.
    """
    named = request.POST.get("brought", "")
    if not named:
        return None
    offered = read_came_for(request, document)
    for each in offered.found:
        if each.reference == named and each.fingerprint == request.POST.get("shown", ""):
            return each
    raise ChoiceRefused


def _choice(found: CameFor, document: Document) -> Choice:
    label = found.origin.label
    if found.origin is Triage.Origin.REQUEST:
        label = f"{label}: {found.brought.name}"
    by = f"by {found.brought.author}" if found.brought.author else ""
    return Choice(
        reference=found.reference,
        fingerprint=found.fingerprint,
        label=label,
        told=", ".join(part for part in (when.full(found.brought.authored), by) if part),
        text=found.text[:_SHOWN],
        rest=found.text[_SHOWN:],
        orders=found.orders,
        refused=_REFUSED.get(found.refused(document), ""),
    )


def _nothing(document: Document) -> str:
    if document.asks_why:
        return "No visit or appointment of today says why, and no message or referral is open."
    if document.key == "message_reply":
        return f"No message of the last {MESSAGE_DAYS} days is without an answer in the chart."
    return "No open referral in the chart says why."
