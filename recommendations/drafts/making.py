"""One attempt at one draft: read, drafted by the model or by rules, verified, written."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Q
from django.utils import timezone

from audit.events.drafting import DraftReady
from recommendations import agent, omitted, verification
from recommendations.agent import offline
from recommendations.agent.errors import ModelError
from recommendations.agent.listener import ToolAnswer
from recommendations.budgets.spending import draft_may_go_on, spent_of
from recommendations.clinical.chart_reader import ChartReader
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import LeftOut, ReadingSnapshot
from recommendations.clinical.unseen import unseen
from recommendations.drafts import triaging
from recommendations.drafts.given_words import given_of
from recommendations.drafts.heart import Heartbeat
from recommendations.drafts.lease import Lease
from recommendations.drafts.pen import Pen
from recommendations.drafts.places import Turn
from recommendations.drafts.read_ahead import ReadAhead
from recommendations.drafts.scribe import Scribe
from recommendations.drafts.timing import Clock, TimedReader
from recommendations.errors import DraftingFailed, LeaseLost
from recommendations.models import Draft
from recommendations.releases import choosing
from recommendations.workflows.documents import Document
from smartapp.fhir.errors import FhirError


class Making:
    """One attempt at one draft."""

    def __init__(
        self,
        draft: Draft,
        lease: Lease,
        beating: Heartbeat,
        *,
        clock: Clock,
        turn: Turn,
        reader: ChartReader,
    ) -> None:
        self._draft = draft
        self._clock = clock
        self._turn = turn
        self._document: Document = triaging.document_of(draft)
        self._reader = TimedReader(reader)
        asked = given_of(draft, self._document)
        self._reading = Reading(self._reader, datetime.now(UTC), asked)
        triaging.bring(draft, self._reading)
        self._ahead = ReadAhead(self._reading, self._reader, self._document)
        self._scribe = Scribe(Pen(draft, lease), self._reading, beating)
        self._usage: dict[str, int] = {}
        self._versions = {"verifier": verification.VERSION, "offline": offline.VERSION}
        self._drafter, self._model_id, self._fallback = "offline", "", ""

    def run(self) -> None:
        """Read, draft, verify and write; end ready, or raise."""
        try:
            if self._turn.without_model:
                self._go_without(self._turn.without_model)
            if not (self._turn.with_model and self._drafted_by_model()):
                self._draft_offline()
        except (DraftingFailed, FhirError, SoftTimeLimitExceeded):
            self._scribe.flush()  # what was done until then belongs into the trail
            raise
        finally:
            self._ahead.end()
            self._scribe.settle()
        self._finish()

    def _may_go_on(self) -> bool:
        self._scribe.flush()  # what was spent counts once it is written
        return draft_may_go_on(self._draft)

    def _drafted_by_model(self) -> bool:
        self._ahead.start()
        try:
            outcome = agent.draft(
                self._document,
                self._ahead,
                release=choosing.of(self._draft),
                budget=agent.Budget.of_settings(may_go_on=self._may_go_on),
                listener=self._scribe,
            )
        except ModelError as error:
            if self._scribe.should_stop():
                raise LeaseLost from None
            self._fall_back(error)
            return False
        self._drafter, self._model_id = "claude", outcome.model_id
        self._versions |= outcome.versions | {"release": self._draft.release["sha256"]}
        self._usage |= outcome.usage
        self._fallback = outcome.fell_back
        return True

    def _fall_back(self, error: ModelError) -> None:
        self._scribe.discarded(error.code)
        self._usage |= error.usage
        self._go_without(error.code, failed=error.model_id)

    def _go_without(self, code: str, *, failed: str = "") -> None:
        """Say why no model drafts, and give back the place at it."""
        self._fallback = code
        self._scribe.fell_back(failed, code, "offline")
        self._scribe.flush(fallback_code=code, with_model=False)

    def _draft_offline(self) -> None:
        for tool in self._document.tools:
            self._scribe.read(ToolAnswer(self._ahead.call(tool), asked_by="offline"))
        reading, leaving = self._ahead.ready(), self._scribe.leave_out
        for statement in offline.draft(self._document, reading, leaving=leaving):
            self._scribe.stated(statement)
            if self._scribe.should_stop():
                raise LeaseLost

    def _finish(self) -> None:
        by_model = self._drafter == "claude"
        self._versions |= triaging.conclude(
            self._draft, self._reading, self._scribe, by_model=by_model
        )
        snapshot = self._scribe.end_reading(by_model=by_model)
        self._draft.raw_answer = json.dumps(self._scribe.answers, ensure_ascii=False)
        self._scribe.flush()
        looked = omitted.look(self._draft, snapshot)
        self._scribe.note(looked.event)
        self._usage |= self._scribe.second_look.figures() | self._cost() | self._shares()
        self._scribe.finish(
            self._ready(snapshot),
            omissions=looked.found,
            looked_for_omissions=looked.done,
            state=Draft.State.READY,
            fallback_code=self._fallback,
            drafter=self._drafter,
            model_id=self._model_id,
            versions=self._versions,
            usage=self._usage,
            raw_answer_sealed=self._draft.raw_answer_sealed,
            ready_at=timezone.now(),
            lease_until=None,
            with_model=False,
        )

    def _ready(self, snapshot: ReadingSnapshot) -> DraftReady:
        return DraftReady(
            draft_id=str(self._draft.pk),
            document=self._draft.document,
            drafter=self._drafter,
            model_id=self._model_id,
            fallback_code=self._fallback,
            statements=sum(self._scribe.outcomes.values()),
            outcomes=dict(+self._scribe.outcomes),
            gaps=tuple(sorted({f"{gap.concept}:{gap.reason}" for gap in snapshot.gaps})),
            not_whole=unseen(snapshot.gaps).parts,
            left_out=_numbers(snapshot.left_out),
            versions=self._versions,
            usage=self._usage,
            reading_sha256=self._scribe.reading_sha256,
        )

    def _cost(self) -> dict[str, int]:
        """Millionths of a dollar, and how many requests have no price; nothing where none was."""
        spent = spent_of(Q(draft=self._draft))
        cost = {"cost_micros": spent.cost_micros} if spent.tokens > 0 else {}
        return cost | ({"unpriced_requests": spent.unpriced} if spent.unpriced else {})

    def _shares(self) -> dict[str, int]:
        """Milliseconds: all of it but the last writing, which holds these figures, and whose."""
        total = self._clock.seconds
        model = self._usage.get("model_ms", 0) / 1000
        return {
            "total_ms": round(total * 1000),
            "ehr_ms": round(self._reader.seconds * 1000),
            "app_ms": round(max(0.0, total - model - self._ahead.waited) * 1000),
            "cpu_ms": round(self._clock.worked * 1000),
        }


def _numbers(left_out: Iterable[LeftOut]) -> dict[str, int]:
    numbers: Counter[str] = Counter()
    for left in left_out:
        numbers[left.section] += len(left.handles)
    return dict(numbers)
