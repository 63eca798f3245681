"""One step of an export: what is asked of the EHR next, and what its answer means."""

import random
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.base import Outcome
from audit.events.fhir import (
    BulkExportEnded,
    BulkStepPutOff,
    ForeignAddressRefused,
)
from audit.recorder import record
from smartapp.fhir.bulk import fetching, kick_offs, lacks, storage
from smartapp.fhir.bulk.asking import BulkAsker
from smartapp.fhir.bulk.claims import Held
from smartapp.fhir.bulk.errors import (
    BulkCancelled,
    BulkHeldElsewhere,
    FileChanged,
    StorageFull,
)
from smartapp.fhir.bulk.manifests import Manifest, manifest_of
from smartapp.fhir.errors import (
    BackendRefused,
    EhrPaused,
    EhrThrottled,
    EhrUnavailable,
    FhirError,
    ForeignAddress,
    NotFound,
    SessionLost,
)
from smartapp.fhir.outcomes import retry_after
from smartapp.fhir.payloads import json_or_none
from smartapp.models import BulkExport, BulkFile

State = BulkExport.State
PASSING = (EhrUnavailable, SessionLost, BackendRefused, StorageFull, FileChanged)
ENDED = (State.IMPORTED, State.FAILED, State.CANCELLED)
_OVER = (State.READY, *ENDED)
_NOT_THE_FILES = (EhrPaused, EhrThrottled, SessionLost, BackendRefused)
_LONGEST_PAUSE = 600.0
_MOST_ATTEMPTS = 40  # at one file, in a row and without progress: some hours


def is_over(export: BulkExport) -> bool:
    """Whether nothing is left to be done at the EHR."""
    unheard = export.cancel_asked and export.state != State.CANCELLED
    return export.state in _OVER and not export.delete_due and not unheard


class Step:
    """One step of one held export."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._export = held.export
        self._asker = BulkAsker(held.export)

    def take(self) -> None:
        """Do what is next; raise FhirError."""
        export = self._export
        if export.cancel_asked and export.state != State.CANCELLED:
            self.cancel()
        elif export.state in _OVER:
            self._delete()
        elif timezone.now() >= export.give_up_at:
            self.fail("bulk_given_up")
        else:
            steps = {State.ASKED: self._kick_off, State.WAITING: self._poll}
            steps.get(State(export.state), self._fetch)()

    def _kick_off(self) -> None:
        self._export.status_url = kick_offs.ask(self._held, self._asker)
        self._export.delete_due = True
        self._export.asked_at = None
        self._move(State.WAITING, "status_url_sealed", "delete_due", "asked_at")

    def _poll(self) -> None:
        answer = self._asker.ask("status", self._export.status_url or "", Accept="application/json")
        if answer.status_code == 202:
            told = retry_after(answer.headers.get("Retry-After", ""))
            self._export.attempts += 1
            self._pause(told or self._backoff(), code="")
            return
        self._list(manifest_of(json_or_none(answer.content)))

    def _list(self, manifest: Manifest) -> None:
        export = self._export
        export.transaction_time = manifest.transaction_time
        export.requires_token = manifest.requires_token
        export.missing = lacks.of_manifest(manifest)
        files = []
        for number, listed in enumerate(manifest.files):
            file = BulkFile(
                export=export,
                number=number,
                kind=listed.kind,
                resource_type=listed.resource_type,
                expected=listed.count,
            )
            file.url = listed.url
            files.append(file)
        with transaction.atomic():
            self._move(State.FETCHING, "transaction_time", "requires_token", "missing")
            BulkFile.objects.bulk_create(files, batch_size=500)

    def _fetch(self) -> None:
        waiting = self._export.files.filter(state=BulkFile.State.WAITING)
        while (file := waiting.order_by("attempts", "number").first()) is not None:
            try:
                fetching.fetch(file, self._held, self._asker)
                self._export.attempts = 0
            except (BulkHeldElsewhere, BulkCancelled, StorageFull):
                raise
            except FhirError as error:
                self._failed(file, error)
        export = self._export
        export.missing = [*export.missing, *lacks.of_files(export)]
        export.ended_at = timezone.now()
        with transaction.atomic():
            self._move(State.READY, "missing", "ended_at")
            self._tell(State.READY, Outcome.INCOMPLETE if export.missing else Outcome.SUCCESS)

    def _failed(self, file: BulkFile, error: FhirError) -> None:
        """Note a failure of one file: the others go on. A fault that may pass is raised."""
        # What concerns the EHR as a whole says nothing about the file.
        file.attempts += not isinstance(error, _NOT_THE_FILES)
        file.code = error.code
        passing = isinstance(error, PASSING) and file.attempts < _MOST_ATTEMPTS
        file.state = BulkFile.State.WAITING if passing else BulkFile.State.FAILED
        with transaction.atomic(), context.bind(ehr=self._export.ehr.slug):
            self._held.renew()
            file.save(update_fields=["attempts", "code", "state"])
            if isinstance(error, ForeignAddress):
                record(
                    ForeignAddressRefused(
                        concept=file.resource_type,
                        place="bulk file",
                        outcome=Outcome.REFUSED,
                        code=error.code,
                    )
                )
        if passing:
            raise error

    def _delete(self) -> None:
        """Tell the EHR that it may delete its files; Epic and Oracle begin no other before."""
        code = ""
        try:
            self._asker.ask("delete", self._export.status_url or "", method="DELETE")
        except NotFound:
            pass  # gone by itself
        except FhirError as error:
            if isinstance(error, PASSING) and timezone.now() < self._export.give_up_at:
                raise
            code = "bulk_not_deleted"
        self._export.delete_due = False
        self._export.status_url = None
        self._export.code = code or self._export.code
        self._held.save("delete_due", "status_url_sealed", "code")

    def cancel(self) -> None:
        """End it here and, if it has begun there, at the EHR."""
        kick_offs.tell_left(self._held)
        with transaction.atomic():
            # First of all here: an EHR that cannot be reached must not keep it alive.
            self._export.ended_at = timezone.now()
            self._move(State.CANCELLED, "ended_at")
            self._tell(State.CANCELLED, Outcome.SUCCESS)
        self._remove_files()

    def fail(self, code: str) -> None:
        """Give up; what the EHR keeps is still to be deleted there."""
        kick_offs.tell_left(self._held)
        self._export.ended_at = timezone.now()
        self._export.code = code
        with transaction.atomic():
            self._move(State.FAILED, "ended_at", "code", keep_code=True)
            self._tell(State.FAILED, Outcome.FAILED)
        self._remove_files()

    def later(self, error: FhirError) -> None:
        """Try again after a while."""
        self._export.attempts += 1
        told = max(self._asker.wait, getattr(error, "seconds", 0.0))
        seconds = max(told, self._backoff())
        with transaction.atomic(), context.bind(ehr=self._export.ehr.slug):
            self._pause(seconds, code=error.code)
            record(
                BulkStepPutOff(
                    export_id=str(self._export.pk),
                    state=self._export.state,
                    attempts=self._export.attempts,
                    seconds=round(seconds),
                    code=error.code,
                )
            )

    def _remove_files(self) -> None:
        for file in self._export.files.all():
            storage.remove(file)

    def _backoff(self) -> float:
        longest = min(_LONGEST_PAUSE, 2.0 ** min(self._export.attempts, 12) / 2)
        return longest * (0.5 + random.random() / 2)  # noqa: S311 - spreads workers, no secret

    def _pause(self, seconds: float, *, code: str) -> None:
        self._export.due_at = timezone.now() + timedelta(seconds=seconds)
        self._export.code = code
        self._held.save("due_at", "attempts", "code")

    def _move(self, state: BulkExport.State, *fields: str, keep_code: bool = False) -> None:
        self._export.state = state
        self._export.attempts = 0
        self._export.code = self._export.code if keep_code else ""
        self._export.due_at = timezone.now()
        self._held.save("state", "attempts", "code", "due_at", *fields)

    def _tell(self, state: BulkExport.State, outcome: Outcome) -> None:
        export = self._export
        stored = export.files.filter(state=BulkFile.State.STORED)
        sizes = list(stored.values_list("lines", "plain_bytes"))
        with context.bind(ehr=export.ehr.slug):
            record(
                BulkExportEnded(
                    export_id=str(export.pk),
                    state=state.value,
                    files=len(sizes),
                    lines=sum(lines for lines, _ in sizes),
                    bytes=sum(size for _, size in sizes),
                    missing=tuple(map(lacks.words, export.missing)),
                    outcome=outcome,
                    code=export.code,
                )
            )
