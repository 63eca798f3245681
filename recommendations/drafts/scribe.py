"""Listens to a drafter: verifies each statement as it closes, and writes what happened down."""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from audit.events import Event, Outcome
from audit.events.drafting import DraftFellBack
from recommendations.agent.listener import (
    Doubt,
    ModelAnswer,
    ModelRequest,
    MovedOn,
    Replacement,
    ToolAnswer,
)
from recommendations.budgets.spending import Spent
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import LeftOut, ReadingSnapshot
from recommendations.drafts import reporting
from recommendations.drafts.heart import Heartbeat
from recommendations.drafts.pen import Pen
from recommendations.drafts.room import Room
from recommendations.drafts.second_look import SecondLook
from recommendations.drafts.told import Told
from recommendations.models import DraftProgress, Omission, Statement, Supersession
from recommendations.verification import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Verdict
from recommendations.verification.showable import unfit

logger = logging.getLogger(__name__)

# What is told within this time goes together; what was told before it is written at once.
GATHER_SECONDS = 0.15


class Scribe:
    """The :class:`recommendations.agent.listener.Listener` of a draft in the making."""

    def __init__(self, pen: Pen, reading: Reading, beating: Heartbeat) -> None:
        self.outcomes: Counter[str] = Counter()
        self.answers: list[str] = []  # the model's, as they came
        self.reading_sha256 = ""  # of the reading as it was last kept
        self.chosen: dict[str, str] = {}  # what the model chose beside its statements
        self._room, self._left_out = Room(), list[LeftOut]()
        self._pen = pen
        self.second_look = SecondLook(pen.draft)
        self._reading = reading
        self._beating = beating
        self._chart: Chart | None = None
        self._kept: ReadingSnapshot | None = None  # what the draft's row holds, or is about to
        self._changes: dict[str, object] = {}
        self._ended: dict[str, object] = {}  # what the end of the draft adds to the reading
        self._position = 0
        self._statements: list[Statement] = []
        self._superseded: list[Supersession] = []
        self._progress: list[DraftProgress] = []
        self._events: list[Event] = []
        self._rows: list[Model] = []
        self._spent: list[Spent] = []
        self._written_at = time.monotonic()  # that the draft is under way

    def read(self, answer: ToolAnswer) -> None:
        """Record what a tool gave, and tell the browser which part of the chart was read."""
        self._chart = None  # there are new facts
        result = answer.result
        self._room.note(result)
        told: dict[str, Any] = {"source": result.tool.value, "shown": len(result.facts)}
        told |= {"total": result.total, "complete": result.complete}
        self._news("reading", told)
        self._events.append(reporting.read(self._names(), answer))
        self.tick()

    def asking(self, request: ModelRequest) -> None:
        """Commit that a request goes out before it does."""
        self._events.append(reporting.asked(self._names(), request))
        self._news("model", {"turn": request.turn, "attempt": request.attempt})
        self.flush()

    def answered(self, answer: ModelAnswer) -> None:
        """Record how a request ended: where well, with what is written next, moments later."""
        self.answers.append(answer.body)
        self._events.append(reporting.called(self._names(), answer))
        self._spent.append(Spent.of(answer.request.model_id, answer.tokens))
        if answer.code:
            self.flush()

    def stated(self, statement: DraftedStatement) -> None:
        """Verify a statement and keep it to be written; never one that is unfit to be shown.

        Whoever drafts holds to that already: this door stands behind theirs.
        """
        if unfit(statement.text):
            logger.error("statement_unfit", extra={"draft": str(self._pen.draft.pk)})
            return
        self._tell(self._verified(statement))
        self.tick()

    def _verified(self, statement: DraftedStatement) -> Told:
        if self._chart is None:
            self._chart = Chart.of(self.keep_reading())
        told = Told.of(statement, self._chart, draft=self._pen.draft, position=self._position)
        self._position += 1
        return told

    def word(self, section: str, text: str, verdict: Verdict) -> None:
        """Keep a statement that code words by itself and answers for.

        It is not left out for what it quotes: a red flag with a link in it is still a red flag.
        """
        draft = self._pen.draft
        self._tell(Told.worded(section, text, verdict, draft=draft, position=self._position))
        self._position += 1

    def _tell(self, told: Told) -> None:
        event = told.event
        self.second_look.note(told)
        self.outcomes[event.outcome_found] += 1
        self._statements.append(told.row(self._pen.draft))
        self._news(
            "statement",
            {"position": event.position, "section": event.section, "outcome": event.outcome_found},
        )
        self._events.append(event)

    def doubts(self) -> tuple[Doubt, ...]:
        """What of the draft does not hold."""
        return self.second_look.doubts()

    def sent_back(self, doubts: tuple[Doubt, ...]) -> None:
        """Show which statements are being looked at again."""
        self._events.append(self.second_look.sent(doubts))
        self._news("again", {"positions": [doubt.number for doubt in doubts]})
        self.flush()

    def came_back(self, replacements: tuple[Replacement, ...], code: str) -> None:
        """Put what came back in the place of what was sent, verified anew."""
        for each in replacements:
            self.outcomes[self.second_look.told(each.number).event.outcome_found] -= 1
            by = self._verified(each.statement) if each.statement is not None else None
            row, event = self.second_look.supersede(each.number, by)
            if by is not None:
                self._tell(by)
            self._superseded.append(row)
            self._events.append(event)
        self._events.append(self.second_look.ended(code))
        self._news("again", {"positions": []})
        self.flush()

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
        self._events.append(reporting.orders(self._names(), snapshot))

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

    def chose(self, chosen: dict[str, str]) -> None:
        """Take down what the model chose."""
        self.chosen = dict(chosen)

    def keep(self, row: Model) -> None:
        """Have a row written with what is written next."""
        self._rows.append(row)

    def discarded(self, code: str) -> None:
        """Withdraw the statements so far, written or not."""
        self.chosen = {}
        self.flush()
        if self._position:
            self._pen.withdraw(code)
        self._position = 0
        self.outcomes.clear()
        self.second_look.clear()

    def moved_on(self, step: MovedOn) -> None:
        """Withdraw the statements so far, and say who goes on and why."""
        self.discarded(step.code)
        self.fell_back(step.model_id, step.code, step.next_model)
        self.flush()

    def fell_back(self, model_id: str, code: str, went_on_with: str) -> None:
        """Put on record that another one goes on."""
        self._events.append(
            DraftFellBack(
                **self._names(),
                outcome=Outcome.INCOMPLETE,
                code=code,
                model_id=model_id,
                went_on_with=went_on_with,
            )
        )

    def tick(self) -> None:
        """Write what has gathered, if the last writing was not just now."""
        first = self._position == 1 and self._statements  # somebody is waiting for it
        if first or time.monotonic() - self._written_at >= GATHER_SECONDS:
            self.flush()

    def should_stop(self) -> bool:
        """Whether the lease was lost or the launch ended."""
        return self._beating.lost

    def flush(self, *, omissions: Sequence[Omission] = (), **changes: object) -> None:
        """Write all that has gathered, with ``changes`` to the draft itself."""
        changes = {**self._changes, **changes}
        if not (self._statements or self._progress or self._events or self._rows or changes):
            return
        self._pen.write(
            statements=self._statements,
            supersessions=self._superseded,
            progress=self._progress,
            events=self._events,
            omissions=omissions,
            rows=self._rows,
            spent=self._spent,
            **changes,
        )
        self._statements, self._superseded, self._progress = [], [], []
        self._events, self._rows, self._changes, self._spent = [], [], {}, []
        self._written_at = time.monotonic()

    def finish(
        self, event: Event, *, omissions: Sequence[Omission] = (), **changes: object
    ) -> None:
        """Write the end of the draft together with the last of it, and what it leaves out."""
        self._events.append(event)
        self._news("state", {"state": str(changes["state"])})
        self.flush(omissions=omissions, **changes)

    def settle(self) -> None:
        """Count what was spent and could not be written with the rest."""
        spent, self._spent = self._spent, []
        if spent:
            self._pen.settle(spent)

    def note(self, event: Event) -> None:
        """Keep another event to be written with the next."""
        self._events.append(event)

    def _names(self) -> dict[str, str]:
        return {"draft_id": str(self._pen.draft.pk), "document": self._pen.draft.document}

    def _news(self, kind: str, detail: dict[str, Any]) -> None:
        self._progress.append(DraftProgress(draft=self._pen.draft, kind=kind, detail=detail))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
