"""A statement as it was told and verified: its event for the trail, its row, its doubt."""

import hashlib
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from audit.events.drafting import StatementVerified
from recommendations.agent.listener import Doubt
from recommendations.agent.readers import reader_of
from recommendations.models import Draft, Statement
from recommendations.verification import Chart, settle
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Verdict
from recommendations.workflows.registry import DOCUMENTS


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of a draft in the making. ``event`` tells all that its row holds."""

    drafted: str = field(repr=False)  # the words before code reworded them
    verdict: Verdict = field(repr=False)
    event: StatementVerified

    @classmethod
    def of(cls, drafted: DraftedStatement, chart: Chart, *, draft: Draft, position: int) -> "Told":
        """Verify ``drafted`` against ``chart``, worded by code where that is called for."""
        text, verdict = settle(drafted, chart, reader=reader_of(DOCUMENTS[draft.document]))
        reworded = text != drafted.text
        event = StatementVerified(
            draft_id=str(draft.pk),
            document=draft.document,
            statement_id=str(uuid4()),
            position=position,
            section=drafted.section,
            outcome_found=verdict.outcome.value,
            worded_by_code=reworded,
            rules=tuple(finding.rule for finding in verdict.findings),
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            drafted_text=drafted.text if reworded else "",
            claims=[claim.model_dump(mode="json") for claim in drafted.claims],
            verdict=verdict.model_dump(mode="json"),
        )
        return cls(drafted.text, verdict, event)

    @classmethod
    def worded(
        cls, section: str, text: str, verdict: Verdict, *, draft: Draft, position: int
    ) -> "Told":
        """A statement that code words by itself: ``verdict`` is its own."""
        event = StatementVerified(
            draft_id=str(draft.pk),
            document=draft.document,
            statement_id=str(uuid4()),
            position=position,
            section=section,
            outcome_found=verdict.outcome.value,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            verdict=verdict.model_dump(mode="json"),
        )
        return cls(text, verdict, event)

    @property
    def holds(self) -> bool:
        """Whether it may be signed as it stands."""
        return self.verdict.outcome.signable

    def row(self, draft: Draft) -> Statement:
        """The statement as the trail tells of it."""
        told = self.event
        row = Statement(
            id=UUID(told.statement_id),
            draft=draft,
            position=told.position,
            section=told.section,
            outcome=told.outcome_found,
            worded_by_code=told.worded_by_code,
        )
        row.text, row.claims, row.verdict = told.text, told.claims, told.verdict
        row.drafted_text = told.drafted_text if told.worded_by_code else None
        return row

    def doubt(self) -> Doubt:
        """What the model is told of it, where it does not hold."""
        return Doubt(
            number=self.event.position,
            section=self.event.section,
            text=self.drafted,
            outcome=self.event.outcome_found,
            reasons=self.verdict.findings,
        )
