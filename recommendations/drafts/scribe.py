"""Listens to a drafter: verifies each statement as it closes, and writes what happened down."""

import hashlib
import time
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from audit.events import Event, Outcome
from audit.events.drafting import (
    DraftRead,
    ModelAsked,
    ModelCalled,
    OrdersFound,
    StatementVerified,
)
from recommendations.agent.listener import ModelAnswer, ModelRequest, ToolAnswer
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import LeftOut, ReadingSnapshot
from recommendations.drafts.lease import Heartbeat
from recommendations.drafts.pen import Pen
from recommendations.drafts.room import Room
from recommendations.models import DraftProgress, Statement
from recommendations.verification import Chart, settle
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Verdict

# What is told within this time goes together; what was told before it is written at once.
GATHER_SECONDS = 0.15


class Scribe:
    """The :class:`recommendations.agent.listener.Listener` of a draft in the making."""

    def __init__(self, pen: Pen, reading: Reading, beating: Heartbeat) -> None:
        self.outcomes: Counter[str] = Counter()
        self.answers: list[str] = []  # the model's, as they came
        self.reading_sha256 = ""  # of the reading as it was last kept
        self._room, self._left_out = Room(), list[LeftOut]()
        self._pen = pen
        self._reading = reading
        self._beating = beating
        self._chart: Chart | None = None
        self._kept: ReadingSnapshot | None = None  # what the draft's row holds, or is about to
        self._changes: dict[str, object] = {}
        self._ended: dict[str, object] = {}  # what the end of the draft adds to the reading
        self._position = 0
        self._statements: list[Statement] = []
        self._progress: list[DraftProgress] = []
        self._events: list[Event] = []
        self._written_at = time.monotonic()  # that the draft is under way

    def read(self, answer: ToolAnswer) -> None:
        """Record what a tool gave, and tell the browser which part of the chart was read."""
        self._chart = None  # there are new facts
        result = answer.result
        self._room.note(result)
        told: dict[str, Any] = {"source": result.tool.value, "shown": len(result.facts)}
        told |= {"total": result.total, "complete": result.complete}
        self._news("reading", told)
        self._events.append(
            DraftRead(
                **self._names(),
                outcome=Outcome.SUCCESS if result.complete else Outcome.INCOMPLETE,
                tool=result.tool.value,
                asked_by=answer.asked_by,
                shown=len(result.facts),
                total=result.total,
                complete=result.complete,
                missing=tuple(sorted({f"{gap.concept}:{gap.reason}" for gap in result.gaps})),
                sources=tuple(_source(fact.source) for fact in result.facts),
                arguments=answer.arguments,
                result=answer.given or result.model_dump_json(),
            )
        )
        self.tick()

    def asking(self, request: ModelRequest) -> None:
        """Commit that a request goes out before it does."""
        self._events.append(
            ModelAsked(
                **self._names(),
                model_id=request.model_id,
                turn=request.turn,
                attempt=request.attempt,
                prompt_version=request.prompt_version,
                prompt_sha256=request.prompt_sha256,
                request_sha256=request.sha256,
                request=request.body,
            )
        )
        self._news("model", {"turn": request.turn, "attempt": request.attempt})
        self.flush()

    def answered(self, answer: ModelAnswer) -> None:
        """Record how a request ended: where well, with what is written next, moments later."""
        self.answers.append(answer.body)
        asked = answer.request
        self._events.append(
            ModelCalled(
                **self._names(),
                outcome=Outcome.FAILED if answer.code else Outcome.SUCCESS,
                code=answer.code,
                model_id=asked.model_id,
                turn=asked.turn,
                attempt=asked.attempt,
                request_id=answer.request_id[:100],
                stop_reason=answer.stop_reason[:40],
                tokens=answer.tokens,
                ms=answer.ms,
                request_sha256=asked.sha256,
                answer_sha256=_sha256(answer.body),
                answer=answer.body,
            )
        )
        if answer.code:
            self.flush()

    def stated(self, statement: DraftedStatement) -> None:
        """Verify a statement and keep it to be written."""
        if self._chart is None:
            self._chart = Chart.of(self.keep_reading())
        told = self._told(statement, *settle(statement, self._chart))
        self.outcomes[told.outcome_found] += 1
        self._statements.append(self._row(told))
        self._news(
            "statement",
            {"position": told.position, "section": told.section, "outcome": told.outcome_found},
        )
        self._events.append(told)
        self.tick()

    def keep_reading(self) -> ReadingSnapshot:
        """Have all that was read so far written to the draft with what is written next.

        No statement is written before the reading that its sources are opened from.
        """
        snapshot = self._reading.snapshot().model_copy(update=self._ended)
        if snapshot != self._kept:
            self._tell_orders(snapshot)
            self._kept = snapshot
            text = snapshot.model_dump_json()
            self.reading_sha256 = _sha256(text)
            self._pen.draft.reading_text = text
            self._changes["reading_sealed"] = self._pen.draft.reading_sealed
        return snapshot

    def _tell_orders(self, snapshot: ReadingSnapshot) -> None:
        """Put on record that the chart gives orders to software, once for each set of them."""
        if not snapshot.addressed or (
            self._kept is not None and self._kept.addressed == snapshot.addressed
        ):
            return
        handles = {each.handle for each in snapshot.addressed}
        facts = [fact for fact in snapshot.facts if fact.handle in handles]
        self._events.append(
            OrdersFound(
                **self._names(),
                passages=len(snapshot.addressed),
                kinds=tuple(sorted({fact.kind for fact in facts})),
                rules=tuple(sorted({rule for each in snapshot.addressed for rule in each.rules})),
                sources=tuple(_source(fact.source) for fact in facts),
            )
        )

    def leave_out(self, left: LeftOut) -> None:
        """Have what a section does not tell kept with the reading."""
        self._left_out.append(left)

    def end_reading(self, *, by_model: bool) -> ReadingSnapshot:
        """Keep the reading once more, with what was read and had no room in the draft.

        A model is given so much and chooses; the offline drafter counts what it leaves out.
        """
        read = self._reading.snapshot()
        more = self._room.gaps() if by_model else ()
        self._ended = {"gaps": (*read.gaps, *more), "left_out": tuple(self._left_out)}
        return self.keep_reading()

    def discarded(self, code: str) -> None:
        """Withdraw the statements so far, written or not."""
        self.flush()
        if self._position:
            self._pen.withdraw(code)
        self._position = 0
        self.outcomes.clear()

    def tick(self) -> None:
        """Write what has gathered, if the last writing was not just now."""
        if time.monotonic() - self._written_at >= GATHER_SECONDS:
            self.flush()

    def should_stop(self) -> bool:
        """Whether the lease was lost or the launch ended."""
        return self._beating.lost

    def flush(self, **changes: object) -> None:
        """Write all that has gathered, with ``changes`` to the draft itself."""
        changes = {**self._changes, **changes}
        if not (self._statements or self._progress or self._events or changes):
            return
        self._pen.write(
            statements=self._statements, progress=self._progress, events=self._events, **changes
        )
        self._statements, self._progress, self._events, self._changes = [], [], [], {}
        self._written_at = time.monotonic()

    def finish(self, event: Event, **changes: object) -> None:
        """Write the end of the draft together with the last of it."""
        self._events.append(event)
        self._news("state", {"state": str(changes["state"])})
        self.flush(**changes)

    def note(self, event: Event) -> None:
        """Keep another event to be written with the next."""
        self._events.append(event)

    def _names(self) -> dict[str, str]:
        return {"draft_id": str(self._pen.draft.pk), "document": self._pen.draft.document}

    def _news(self, kind: str, detail: dict[str, Any]) -> None:
        self._progress.append(DraftProgress(draft=self._pen.draft, kind=kind, detail=detail))

    def _told(self, drafted: DraftedStatement, text: str, verdict: Verdict) -> StatementVerified:
        reworded = text != drafted.text
        told = StatementVerified(
            **self._names(),
            statement_id=str(uuid4()),
            position=self._position,
            section=drafted.section,
            outcome_found=verdict.outcome.value,
            worded_by_code=reworded,
            rules=tuple(finding.rule for finding in verdict.findings),
            text_sha256=_sha256(text),
            text=text,
            drafted_text=drafted.text if reworded else "",
            claims=[claim.model_dump(mode="json") for claim in drafted.claims],
            verdict=verdict.model_dump(mode="json"),
        )
        self._position += 1
        return told

    def _row(self, told: StatementVerified) -> Statement:
        """The statement as the trail tells of it."""
        row = Statement(
            id=UUID(told.statement_id),
            draft=self._pen.draft,
            position=told.position,
            section=told.section,
            outcome=told.outcome_found,
            worded_by_code=told.worded_by_code,
        )
        row.text, row.claims, row.verdict = told.text, told.claims, told.verdict
        row.drafted_text = told.drafted_text if told.worded_by_code else None
        return row


def _source(source: Any) -> str:
    return f"{source.resource_type}/{source.resource_id}/_history/{source.version}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
