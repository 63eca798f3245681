"""What the panel may look up, always within one launch or one clinician's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from recommendations.agent import providers
from recommendations.decisions.texts import sha256
from recommendations.drafts import places
from recommendations.models import (
    Decision,
    Draft,
    DraftProgress,
    Omission,
    SignedNote,
    Statement,
    StatementEdit,
)
from smartapp.models import Launch

_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class KeptWords:
    """Words typed in an earlier session or on an earlier draft, not signed."""

    section: str
    drafted_sha256: str
    drafted: str
    text: str
    saved_at: datetime


def drafts_of(launch: Launch) -> dict[str, Draft]:
    """The newest draft of each document in a launch."""
    drafts = Draft.objects.filter(launch=launch).order_by("created_at")
    return {draft.document: draft for draft in drafts}


def draft_of(launch: Launch, draft_id: UUID) -> Draft | None:
    """A draft of this launch, and of no other. What is sealed in it is fetched where it is used."""
    own = Draft.objects.filter(launch=launch, patient_index=launch.patient_index, pk=draft_id)
    draft = own.defer("reading_sealed", "raw_answer_sealed", "given_sealed").first()
    if draft is not None:
        draft.launch = launch  # in hand: not to be looked up again
    return draft


def draft_of_statement(launch: Launch, statement_id: UUID) -> Draft | None:
    """The draft of this launch that a statement belongs to."""
    own = Draft.objects.filter(launch=launch, patient_index=launch.patient_index)
    return own.filter(statements=statement_id).first()


def statement_of(launch: Launch, statement_id: UUID) -> Statement | None:
    """A statement of a draft of this launch, and of no other."""
    own = Statement.objects.filter(draft__launch=launch).select_related("draft")
    return own.filter(pk=statement_id).first()


def omission_of(launch: Launch, omission_id: UUID) -> Omission | None:
    """Something that a draft of this launch leaves out, and of no other."""
    own = Omission.objects.filter(draft__launch=launch).select_related("draft")
    return own.filter(pk=omission_id).first()


def news_of(draft_id: UUID) -> list[DraftProgress]:
    """What happened while a draft is made, oldest first, since it last began anew."""
    rows = list(DraftProgress.objects.filter(draft=draft_id).order_by("pk"))
    starts = [i for i, row in enumerate(rows) if row.detail.get("state") == "restarted"]
    return rows[starts[-1] :] if starts else rows


def before(draft: Draft) -> int | None:
    """How many go before a draft that waits for its turn; ``None`` where it waits for nobody."""
    waiting = draft.state == Draft.State.QUEUED and providers.configured()
    return places.stand().before(draft.pk) if waiting else None


def seen(news: Sequence[DraftProgress], before: int | None) -> str:
    """What a page has seen: the id of the newest news, and where in the line the draft stood."""
    newest = news[-1].pk if news else 0
    return f"{newest}" if before is None else f"{newest}.{before}"


def signed_note_of(draft: Draft) -> SignedNote | None:
    """What was signed of a draft."""
    return SignedNote.objects.filter(draft=draft).select_related("decision__clinician").first()


def closing_decision(draft: Draft) -> Decision | None:
    """The decision that closed a draft: its signature or its rejection."""
    closing = (Decision.Verb.SIGN, Decision.Verb.REJECT_DRAFT)
    return Decision.objects.filter(draft=draft, verb__in=closing).last()


def kept_words(launch: Launch, document: str, current: Draft | None) -> list[KeptWords]:
    """This clinician's unsigned words on this patient's earlier drafts of a document."""
    edits = (
        StatementEdit.objects.filter(
            clinician=launch.clinician,
            statement__draft__patient_index=launch.patient_index,
            statement__draft__document=document,
            saved_at__gte=timezone.now() - _KEPT_FOR,
        )
        .exclude(statement__draft__state=Draft.State.SIGNED)
        .exclude(statement__draft=current)
        .select_related("statement")
        .order_by("-saved_at")[:50]
    )
    return [
        KeptWords(
            section=edit.statement.section,
            drafted_sha256=sha256(edit.statement.text),
            drafted=edit.statement.text,
            text=edit.text,
            saved_at=edit.saved_at,
        )
        for edit in edits
    ]


def last_saved(draft: Draft) -> datetime | None:
    """When words were last saved on a draft."""
    saved = StatementEdit.objects.filter(statement__draft=draft).order_by("-saved_at")
    return saved.values_list("saved_at", flat=True).first()
