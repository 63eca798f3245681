"""Asking for triage: a complaint is handed in, kept sealed, and drafted from."""

from django.db import transaction

from audit.events.base import Event
from audit.events.triage import TriageAsked
from recommendations.clinical import complaint as presenting
from recommendations.clinical import untrusted
from recommendations.clinical.facts import Source
from recommendations.clinical.given import Brought
from recommendations.drafts.came_for import CameFor
from recommendations.drafts.given_words import brought_of
from recommendations.drafts.services import begin
from recommendations.errors import ChoiceRefused, ComplaintRefused
from recommendations.models import Draft, Triage
from recommendations.workflows.registry import DOCUMENTS
from recommendations.workflows.triage.triage import KEY
from smartapp.models import Launch


def request_triage(*, launch: Launch, complaint: str = "", chosen: CameFor | None = None) -> Draft:
    """Have a complaint triaged: a typed one, or what was ``chosen`` of the chart.

    Raises :class:`ComplaintRefused`, :class:`ChoiceRefused` and
    :class:`~recommendations.errors.LaunchEnded`.
    """
    if chosen is not None and (code := chosen.refused(DOCUMENTS[KEY])):
        raise ChoiceRefused(code)
    words = worded(chosen.text if chosen else complaint)
    origin = chosen.origin if chosen else Triage.Origin.TYPED
    source = chosen.source if chosen else None
    with transaction.atomic():
        draft = begin(
            launch=launch,
            document=KEY,
            chosen=chosen,
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
    return request_triage(launch=launch, complaint=before.complaint, chosen=_chosen_before(before))


def _chosen_before(row: Triage) -> CameFor | None:
    """What the complaint of an earlier draft was taken from, in the version of then."""
    brought = brought_of(row.draft)
    if brought is None and row.source_sealed is not None:  # from before it was kept with drafts
        brought = Brought(source=Source.model_validate(row.source), name=presenting.NAME)
    return CameFor(Triage.Origin(row.origin), row.complaint, brought) if brought else None


def worded(complaint: str) -> str:
    """The complaint as it is kept: what nobody sees taken out. Refuses none, and too much."""
    words = untrusted.block(complaint)
    if not any(character.isalnum() for character in words):
        raise ComplaintRefused("complaint_empty")
    if len(words) > presenting.LONGEST:
        raise ComplaintRefused("complaint_too_long")
    return words


def _asked(draft: Draft, words: str, origin: str, source: Source | None) -> Event:
    return TriageAsked(
        draft_id=str(draft.pk),
        document=draft.document,
        origin=origin,
        characters=len(words),
        complaint=words,
        source=source.named if source else "",
    )
