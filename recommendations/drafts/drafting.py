"""The making of one draft, by the worker that holds its lease."""

import json
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.errors import LedgerUnavailable
from audit.events import Outcome
from audit.events.drafting import DraftFellBack, DraftReady, DraftStarted, DraftTakenUp
from audit.recorder import record
from recommendations import agent, verification
from recommendations.agent import offline
from recommendations.agent.errors import ModelError
from recommendations.agent.listener import ToolAnswer
from recommendations.clinical.chart_reader import ChartReader
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import LeftOut
from recommendations.drafts import circumstances, endings
from recommendations.drafts.lease import Heartbeat, Lease, claim, heartbeat, hold
from recommendations.drafts.pen import Pen
from recommendations.drafts.read_ahead import ReadAhead
from recommendations.drafts.scribe import Scribe
from recommendations.drafts.timing import Clock, TimedReader
from recommendations.errors import DraftingFailed, LeaseLost
from recommendations.models import Draft, DraftProgress
from recommendations.releases import choosing
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.errors import FhirError
from smartapp.fhir.reader import reader_for
from smartapp.models import Launch

logger = logging.getLogger(__name__)

Reads: TypeAlias = Callable[[Launch], ChartReader]


def make(draft_id: UUID, *, reads: Reads | None = None) -> None:
    """Claim the draft and make it; do nothing where it is another's, or done already.

    ``reads`` gives the chart of a launch, where it is not the EHR that is to be read.
    """
    clock = Clock()
    draft = Draft.objects.select_related("launch__ehr", "launch__clinician").get(pk=draft_id)
    with circumstances.of(draft.launch):
        lease = _claimed(draft)
        if lease is None:
            return
        with heartbeat(lease) as beating:
            _make_or_fail(draft, lease, beating, clock, reads)


def _claimed(draft: Draft) -> Lease | None:
    with transaction.atomic():
        lease = claim(draft.pk)
        if lease is None:
            return None
        if lease.attempt > 1 and endings.touched(draft):
            # A clinician has begun to edit what the lost worker wrote: keep it, and say so.
            Pen(draft, lease).fail("worker_lost")
            return None
        _tell_the_start(draft, lease)
    return lease


def _tell_the_start(draft: Draft, lease: Lease) -> None:
    names = {"draft_id": str(draft.pk), "document": draft.document}
    numbers = {"attempt": lease.attempt, "fencing": lease.fencing}
    if lease.attempt > 1:
        superseded = endings.withdraw(draft, code="worker_lost")
        record(DraftTakenUp(**names, **numbers, superseded=superseded))
    else:
        waited = timezone.now() - draft.created_at
        record(DraftStarted(**names, **numbers, waited_ms=int(waited.total_seconds() * 1000)))
    if not draft.release:  # asked for before releases were kept with drafts
        draft.release = choosing.for_launch(draft.document, draft.launch)
        hold(lease, release=draft.release)
    detail = {"state": "running", "attempt": lease.attempt}
    DraftProgress.objects.create(draft=draft, kind="state", detail=detail)


def _make_or_fail(
    draft: Draft, lease: Lease, beating: Heartbeat, clock: Clock, reads: Reads | None
) -> None:
    try:
        Making(draft, lease, beating, clock, reads).run()
    except LeaseLost:
        code = "launch_ended" if beating.launch_ended else "lease_lost"
        logger.info("draft_given_up", extra={"draft": str(draft.pk), "code": code})
        if beating.launch_ended:
            Pen(draft, lease).fail(code)
    except (DraftingFailed, FhirError) as error:
        Pen(draft, lease).fail(error.code)
    except SoftTimeLimitExceeded:
        Pen(draft, lease).fail("took_too_long")
    except LedgerUnavailable:
        # Nothing may be written without its row in the trail, not even that it failed. The lease
        # runs out and the sweep tries again, or ends it once the trail can be written.
        logger.error("ledger_unavailable", extra={"draft": str(draft.pk)})  # noqa: TRY400
    except Exception as error:  # a message may quote the chart: log places only
        logger.error("draft_broke", extra={"draft": str(draft.pk), **_places(error)})  # noqa: TRY400
        Pen(draft, lease).fail("internal_error")


def _numbers(left_out: Iterable[LeftOut]) -> dict[str, int]:
    numbers: Counter[str] = Counter()
    for left in left_out:
        numbers[left.section] += len(left.handles)
    return dict(numbers)


def _places(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
    }


class Making:
    """One attempt at one draft."""

    def __init__(
        self,
        draft: Draft,
        lease: Lease,
        beating: Heartbeat,
        clock: Clock,
        reads: Reads | None = None,
    ) -> None:
        self._clock = clock
        self._draft = draft
        self._document: Document = DOCUMENTS[draft.document]
        self._reader = TimedReader((reads or reader_for)(draft.launch))
        self._reading = Reading(self._reader, datetime.now(UTC))
        self._ahead = ReadAhead(self._reading, self._reader, self._document)
        self._scribe = Scribe(Pen(draft, lease), self._reading, beating)
        self._usage: dict[str, int] = {}
        self._versions = {"verifier": verification.VERSION, "offline": offline.VERSION}
        self._drafter, self._model_id, self._fallback = "offline", "", ""

    def run(self) -> None:
        """Read, draft, verify and write; end ready, or raise."""
        try:
            if not (settings.MODEL_API_KEY and self._drafted_by_model()):
                self._draft_offline()
        except (DraftingFailed, FhirError, SoftTimeLimitExceeded):
            self._scribe.flush()  # what was done until then belongs into the trail
            raise
        finally:
            self._ahead.end()
        self._finish()

    def _drafted_by_model(self) -> bool:
        self._ahead.start()
        try:
            outcome = agent.draft(
                self._document,
                self._ahead,
                release=choosing.of(self._draft),
                budget=agent.Budget.of_settings(),
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
        return True

    def _fall_back(self, error: ModelError) -> None:
        self._scribe.discarded(error.code)
        self._fallback = error.code
        self._usage |= error.usage
        names = {"draft_id": str(self._draft.pk), "document": self._draft.document}
        self._scribe.note(DraftFellBack(**names, outcome=Outcome.INCOMPLETE, code=error.code))
        self._scribe.flush(fallback_code=error.code)

    def _draft_offline(self) -> None:
        for tool in self._document.tools:
            self._scribe.read(ToolAnswer(self._ahead.call(tool), asked_by="offline"))
        reading, leaving = self._ahead.ready(), self._scribe.leave_out
        for statement in offline.draft(self._document, reading, leaving=leaving):
            self._scribe.stated(statement)
            if self._scribe.should_stop():
                raise LeaseLost

    def _finish(self) -> None:
        snapshot = self._scribe.end_reading(by_model=self._drafter == "claude")
        self._draft.raw_answer = json.dumps(self._scribe.answers, ensure_ascii=False)
        self._scribe.flush()
        self._usage |= self._scribe.second_look.figures() | self._shares()
        event = DraftReady(
            draft_id=str(self._draft.pk),
            document=self._draft.document,
            drafter=self._drafter,
            model_id=self._model_id,
            fallback_code=self._fallback,
            statements=sum(self._scribe.outcomes.values()),
            outcomes=dict(+self._scribe.outcomes),
            gaps=tuple(sorted({f"{gap.concept}:{gap.reason}" for gap in snapshot.gaps})),
            left_out=_numbers(snapshot.left_out),
            versions=self._versions,
            usage=self._usage,
            reading_sha256=self._scribe.reading_sha256,
        )
        self._scribe.finish(
            event,
            state=Draft.State.READY,
            drafter=self._drafter,
            model_id=self._model_id,
            versions=self._versions,
            usage=self._usage,
            raw_answer_sealed=self._draft.raw_answer_sealed,
            ready_at=timezone.now(),
            lease_until=None,
        )

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
