"""The frame of every act: who may, on which draft, on which page; done whole or refused aloud."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from audit.events.base import Outcome
from audit.events.decisions import DecisionRefused as RefusalEvent
from audit.recorder import record
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.texts import sha256
from recommendations.models import Decision, Draft, Omission, Statement
from smartapp.models import Launch

_CLOSED = {
    Draft.State.QUEUED: "not_ready",
    Draft.State.RUNNING: "not_ready",
    Draft.State.FAILED: "draft_failed",
    Draft.State.SIGNED: "already_signed",
    Draft.State.REJECTED: "already_rejected",
}


@dataclass
class Act:
    """One act under way: what it is about, as far as that is known when it is refused."""

    launch: Launch
    verb: str
    page_revision: int | None = None
    draft: Draft | None = None
    statement_id: UUID | None = None

    def open_draft(self, draft_id: UUID) -> Draft:
        """The launch's own draft, locked for this transaction."""
        rows = Draft.objects.select_for_update().filter(pk=draft_id, launch=self.launch)
        self.draft = rows.filter(patient_index=self.launch.patient_index).first()
        if self.draft is None:
            raise DecisionRefused("another_launch")
        return self.draft

    def open_statement(self, statement_id: UUID) -> Statement:
        """A statement of a draft of this launch, its draft locked."""
        self.statement_id = statement_id
        own = Statement.objects.filter(pk=statement_id, draft__launch=self.launch)
        statement = own.select_related("superseded").first()
        if statement is None:
            raise DecisionRefused("another_launch")
        statement.draft = self.open_draft(statement.draft_id)
        if hasattr(statement, "superseded"):
            raise DecisionRefused("statement_replaced")
        return statement

    def open_omission(self, omission_id: UUID) -> Omission:
        """Something that a draft of this launch leaves out, its draft locked."""
        row = Omission.objects.filter(pk=omission_id, draft__launch=self.launch).first()
        if row is None:
            raise DecisionRefused("another_launch")
        row.draft = self.open_draft(row.draft_id)
        return row

    def refuse_unless_decidable(self) -> None:
        """Refuse where the launch has ended, the draft is closed, or the page is an older one."""
        if not Launch.objects.filter(pk=self.launch.pk, ended_at=None).exists():
            raise DecisionRefused("launch_ended")
        draft = self.opened
        if draft.state != Draft.State.READY:
            raise DecisionRefused(_CLOSED[Draft.State(draft.state)])
        if draft.revision != self.page_revision:
            raise DecisionRefused("stale_page")

    @property
    def opened(self) -> Draft:
        """The draft this act is about."""
        if self.draft is None:
            raise DecisionRefused("another_launch")
        return self.draft

    def advance(self, *, to: Draft.State = Draft.State.READY) -> int:
        """Take the draft's next revision; of two acts on the same page one is refused."""
        draft = self.opened
        moved = Draft.objects.filter(
            pk=draft.pk, revision=draft.revision, state=Draft.State.READY
        ).update(revision=F("revision") + 1, state=to)
        if moved == 0:
            raise DecisionRefused("stale_page")
        draft.revision, draft.state = draft.revision + 1, to
        return draft.revision

    def write(
        self,
        *,
        text: str,
        statement: Statement | None = None,
        omission: Omission | None = None,
        verb: Decision.Verb | None = None,
        reason: str = "",
        comment: str = "",
        closing: Draft.State = Draft.State.READY,
    ) -> Decision:
        """Append the decision under the next revision."""
        decision = Decision(
            draft=self.opened,
            statement=statement,
            omission=omission,
            launch=self.launch,
            clinician=self.launch.clinician,
            verb=verb or Decision.Verb(self.verb),
            text_sha256=sha256(text),
            reason=reason,
            draft_revision=self.advance(to=closing),
        )
        decision.text = text
        if comment:
            decision.comment = comment
        decision.save(force_insert=True)
        return decision


@contextmanager
def acting(*, launch: Launch, verb: str, revision: int | None = None) -> Iterator[Act]:
    """Do an act in one transaction; where it is refused, undo it and record the refusal."""
    act = Act(launch=launch, verb=verb, page_revision=revision)
    try:
        with transaction.atomic():
            yield act
    except DecisionRefused as refused:
        record_refusal(act, refused.code)
        raise


@transaction.atomic
def record_refusal(act: Act, code: str) -> None:
    """Write that an act was refused, and why. Ids of other launches are not repeated."""
    known = act.draft is not None
    record(
        RefusalEvent(
            outcome=Outcome.REFUSED,
            code=code,
            draft_id=str(act.draft.pk) if act.draft is not None else "",
            statement_id=str(act.statement_id) if known and act.statement_id else "",
            verb=act.verb,
            page_revision=act.page_revision,
            draft_revision=act.draft.revision if act.draft is not None else None,
        )
    )


def noted(*, launch: Launch, verb: str, code: str) -> DecisionRefused:
    """Record a refusal that no service was reached for, and return it."""
    record_refusal(Act(launch=launch, verb=verb), code)
    return DecisionRefused(code)
