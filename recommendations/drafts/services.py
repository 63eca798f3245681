"""What a page may ask of drafts."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.events.base import Event
from audit.events.drafting import DraftRequested
from audit.recorder import record_all
from recommendations.clinical import untrusted
from recommendations.clinical.given import Brought
from recommendations.drafts import circumstances, queue
from recommendations.drafts.came_for import CameFor
from recommendations.drafts.given_words import brought_of
from recommendations.errors import (
    ChoiceRefused,
    DraftUnderWay,
    LaunchEnded,
    UnknownDocument,
    WordsMissing,
)
from recommendations.models import Draft, DraftProgress
from recommendations.releases import choosing
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.read_ahead import once_kept
from smartapp.models import Launch

Beside = Callable[[Draft], Sequence[Event]]


def request_draft(
    *,
    launch: Launch,
    document: str,
    given: Mapping[str, str] | None = None,
    chosen: CameFor | None = None,
    beside: Beside = lambda _: (),
) -> Draft:
    """Have ``document`` drafted for ``launch``; where it is under way already, return that draft.

    One under way from other words, or another source, is not what was asked for now, and raises
    :class:`DraftUnderWay`. Raises also :class:`UnknownDocument`, :class:`LaunchEnded`, or
    :class:`WordsMissing` where ``given`` lacks what the document asks of the clinician; without
    any, what was given last stands. What was ``chosen`` of the chart stands in their place, or
    :class:`ChoiceRefused` says why not.
    The row, its event and the message to the workers stand or fall together: the message goes
    out when the transaction is done.
    ``beside`` gives the events of the act that asks, a page's being opened; they are written with
    the request's own in one go. A triage begins with a complaint: see :mod:`.complaints`.
    """
    if document not in DOCUMENTS or DOCUMENTS[document].asks_why:
        raise UnknownDocument
    if chosen is not None and (code := chosen.refused(DOCUMENTS[document])):
        raise ChoiceRefused(code)
    return begin(launch=launch, document=document, given=given, chosen=chosen, beside=beside)


def begin(
    *,
    launch: Launch,
    document: str,
    given: Mapping[str, str] | None = None,
    chosen: CameFor | None = None,
    beside: Beside = lambda _: (),
) -> Draft:
    """As :func:`request_draft`, for a document that is known to exist and be whole."""
    if launch.ended_at is not None:
        raise LaunchEnded
    words, brought = _words(launch, DOCUMENTS[document], given or {}, chosen)
    with circumstances.of(launch), transaction.atomic():
        try:
            with transaction.atomic():
                draft = _queued(launch, document, words, brought)
        except IntegrityError:
            # One is under way, maybe since this very moment: the constraint lets no second pass.
            draft = Draft.objects.filter(launch=launch, document=document).latest("created_at")
            # What a triage is made of is its complaint: see complaints.
            if not DOCUMENTS[document].asks_why and not _is_of(draft, words, brought):
                raise DraftUnderWay from None
            record_all(beside(draft))
            return draft
        record_all([_requested(draft, words, brought), *beside(draft)])
        # The worker reads the chart that the page has just read: it shall find that kept.
        transaction.on_commit(lambda: once_kept(partial(queue.wake, draft.pk)))
    return draft


def _requested(draft: Draft, words: dict[str, str], brought: Brought | None) -> DraftRequested:
    with_it = draft.release
    return DraftRequested(
        draft_id=str(draft.pk),
        document=draft.document,
        release_sha256=with_it.get("sha256", ""),
        unit=with_it.get("unit", ""),
        given=words,
        brought=brought.source.named if brought else "",
    )


def _words(
    launch: Launch, document: Document, given: Mapping[str, str], chosen: CameFor | None
) -> tuple[dict[str, str], Brought | None]:
    """What the document asks for, all of it and within its length; raises WordsMissing.

    Beside it the resource that was chosen, where nothing was typed; of a triage that is all.
    """
    brought = chosen.brought if chosen else None
    given = chosen.words(document) if chosen else given
    words = {each.key: untrusted.block(given.get(each.key, "")) for each in document.asks}
    if document.asks and not any(words.values()):
        earlier = Draft.objects.filter(launch=launch, document=document.key)
        last = earlier.exclude(given_sealed=None).order_by("created_at").last()
        words = dict(last.given) if last else words
        brought = brought_of(last) if last else None
    if any(not 0 < len(words.get(each.key, "")) <= each.most for each in document.asks):
        raise WordsMissing
    return words, brought


def _is_of(draft: Draft, words: Mapping[str, str], brought: Brought | None) -> bool:
    """Whether a draft is made from these words of this source."""
    given = draft.given if draft.given_sealed is not None else {}
    return bool(given == words and brought_of(draft) == brought)


def _queued(launch: Launch, document: str, words: dict[str, str], brought: Brought | None) -> Draft:
    draft = Draft(
        release=choosing.for_launch(document, launch),
        launch=launch,
        patient_index=launch.patient_index,
        document=document,
        sent_at=timezone.now(),
    )
    draft.given = words or None
    draft.brought = brought.model_dump(mode="json") if brought else None
    draft.save(force_insert=True)
    DraftProgress.objects.create(draft=draft, kind="state", detail={"state": "queued"})
    return draft
