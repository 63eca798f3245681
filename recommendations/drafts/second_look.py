"""Statements that were sent back to the model once, and what became of each.

A statement's row is never changed: one that gives way gets a row beside it (`Supersession`) that
names its replacement, or none where the model took it back.
"""

from collections import Counter
from uuid import UUID

from audit.events import Event, Outcome
from audit.events.drafting import SecondLookEnded, StatementsSentBack, StatementSuperseded
from recommendations.agent.listener import Doubt
from recommendations.drafts.told import Told
from recommendations.models import Draft, Supersession


class SecondLook:
    """Keeps the statements of a draft as they were told, and counts."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._told: dict[int, Told] = {}
        self._counts: Counter[str] = Counter()

    def note(self, told: Told) -> None:
        """A statement was told."""
        self._told[told.event.position] = told

    def clear(self) -> None:
        """The statements so far are void."""
        self._told.clear()
        self._counts.clear()

    def told(self, number: int) -> Told:
        """A statement by its number."""
        return self._told[number]

    def doubts(self) -> tuple[Doubt, ...]:
        """Those that do not hold."""
        return tuple(told.doubt() for told in self._told.values() if not told.holds)

    def sent(self, doubts: tuple[Doubt, ...]) -> StatementsSentBack:
        """The event of their being sent back."""
        self._counts["sent_back"] = len(doubts)
        ids = tuple(self._told[doubt.number].event.statement_id for doubt in doubts)
        return StatementsSentBack(**self._names(), count=len(doubts), statement_ids=ids)

    def supersede(self, number: int, by: Told | None) -> tuple[Supersession, StatementSuperseded]:
        """The row and the event of a statement's giving way."""
        before, after = self._told.pop(number), by.event if by else None
        self._counts["replaced" if by else "withdrawn"] += 1
        if by is not None:
            self._counts["mended"] += by.holds
        row = Supersession(
            statement_id=UUID(before.event.statement_id),
            replacement_id=UUID(after.statement_id) if after else None,
        )
        event = StatementSuperseded(
            **self._names(),
            statement_id=before.event.statement_id,
            replacement_id=after.statement_id if after else "",
            outcome_before=before.event.outcome_found,
            outcome_found=after.outcome_found if after else "",
            rules=before.event.rules,
            reasons=tuple(finding.words for finding in before.verdict.findings),
            before=before.event.text,
            after=after.text if after else "",
        )
        return row, event

    def ended(self, code: str) -> Event:
        """The event of its end; ``code`` says why nothing came of it."""
        counts = self._counts
        return SecondLookEnded(
            **self._names(),
            outcome=Outcome.INCOMPLETE if code else Outcome.SUCCESS,
            code=code,
            count=counts["sent_back"],
            replaced=counts["replaced"],
            mended=counts["mended"],
            withdrawn=counts["withdrawn"],
        )

    def figures(self) -> dict[str, int]:
        """Counts of statements, for the draft's row; none where nothing was sent back."""
        if not self._counts["sent_back"]:
            return {}
        kinds = ("sent_back", "mended", "withdrawn")
        return {f"statements_{kind}": self._counts[kind] for kind in kinds}

    def _names(self) -> dict[str, str]:
        return {"draft_id": str(self._draft.pk), "document": self._draft.document}
