"""Asking for triage: a complaint is handed in, kept sealed, and drafted from."""

from django.db import transaction

from audit.events.base import Event
from audit.events.triage import TriageAsked
from recommendations.clinical import complaint as presenting
from recommendations.clinical import untrusted
from recommendations.clinical.facts import Source
from recommendations.drafts.services import begin
from recommendations.errors import ComplaintRefused
from recommendations.models import Draft, Triage
from recommendations.workflows.triage.triage import KEY
from smartapp.models import Launch


def request_triage(
    *,
    launch: Launch,
    complaint: str,
    origin: str = Triage.Origin.TYPED,
    source: Source | None = None,
) -> Draft:
    """Have a complaint triaged. ``source`` is the resource that it was taken from.

    Raises :class:`ComplaintRefused` and :class:`~recommendations.errors.LaunchEnded`.
    """
    words = worded(complaint)
    with transaction.atomic():
        draft = begin(
            launch=launch,
            document=KEY,
            beside=lambda new: [_asked(new, words, origin, source)],
        )
        if Triage.objects.filter(draft=draft).exists():
            raise ComplaintRefused("triage_under_way")  # of another complaint: this one is not lost
        row = Triage(draft=draft, origin=origin)
        row.complaint = words
        row.source = source.model_dump(mode="json") if source else None
        row.save(force_insert=True)
    return draft


def again(launch: Launch) -> Draft:
    """Have the newest complaint of a launch triaged anew; raises as :func:`request_triage`."""
    before = Triage.objects.filter(draft__launch=launch).order_by("created_at").last()
    if before is None:
        raise ComplaintRefused
    source = Source.model_validate(before.source) if before.source else None
    return request_triage(
        launch=launch, complaint=before.complaint, origin=before.origin, source=source
    )


def worded(complaint: str) -> str:
    """The complaint as it is kept: what nobody sees taken out. Refuses none, and too much."""
    words = untrusted.block(complaint)
    if not any(character.isalnum() for character in words):
        raise ComplaintRefused("complaint_empty")
    if len(words) > presenting.LONGEST:
        raise ComplaintRefused("complaint_too_long")
    return words


def _asked(draft: Draft, words: str, origin: str, source: Source | None) -> Event:
    named = (
        f"{source.resource_type}/{source.resource_id}/_history/{source.version}" if source else ""
    )
    return TriageAsked(
        draft_id=str(draft.pk),
        document=draft.document,
        origin=origin,
        characters=len(words),
        complaint=words,
        source=named,
    )
