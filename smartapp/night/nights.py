"""Nights from their beginning to their end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from audit import context
from audit.events.base import Outcome
from audit.events.nights import NightBegun, NightEnded
from audit.recorder import record
from smartapp.fhir import bulk
from smartapp.models import Ehr, Night, NightPatient
from smartapp.models.launches import patient_index
from smartapp.night import claims, cohorts, exports, parts, waking
from smartapp.night.errors import NightUnderWay, PatientLost
from smartapp.night.reading import usual_concepts

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a night is: patients, and requests sent. ``incomplete`` are read, with gaps.

    ``requests`` are all that were sent for charts, ``export_requests`` those of them that an export
    of the group took. The one that asks who is in the group is not among them.
    """

    patients: int
    read: int
    incomplete: int
    failed: int
    requests: int
    export_requests: int

    @property
    def waiting(self) -> int:
        """Patients still to be read."""
        return self.patients - self.read - self.failed


def begin(
    ehr: Ehr, ids: Iterable[str], *, group: str = "", planned_for: date | None = None
) -> Night:
    """Begin a night for these patients, and wake workers; raises NightError."""
    patients = cohorts.distinct(ids)
    night = Night(ehr=ehr, planned_for=planned_for)
    night.group, night.concepts = group, [each.value for each in usual_concepts()]
    night.exporting = exports.is_wanted(ehr, group)
    with transaction.atomic(), context.bind(ehr=ehr.slug):
        try:
            with transaction.atomic():
                night.save(force_insert=True)
        except IntegrityError:
            raise NightUnderWay from None
        rows = [_row(night, each) for each in patients]
        NightPatient.objects.bulk_create(rows, batch_size=_AT_ONCE)
        record(
            NightBegun(
                night_id=str(night.pk),
                patients=len(rows),
                concepts=tuple(night.concepts),
                planned=planned_for is not None,
                group=group,
            )
        )
        wake = waking.wake_export if night.exporting else waking.wake
        transaction.on_commit(lambda: wake(night.pk))
    return night


def begin_for_group(ehr: Ehr, group: str, *, planned_for: date | None = None) -> Night:
    """Begin a night for a group's members; raises NightError."""
    if Night.objects.filter(ehr=ehr, state=Night.State.READING).exists():
        raise NightUnderWay
    return begin(ehr, cohorts.members_of(ehr, group), group=group, planned_for=planned_for)


def progress(night: Night) -> Progress:
    """Count a night's patients."""
    state = NightPatient.State
    read = Q(state=state.READ)
    found = night.patients.aggregate(
        patients=Count("pk"),
        read=Count("pk", filter=read),
        incomplete=Count("pk", filter=read & ~Q(missing=[])),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        requests=Sum("requests", default=0),
    )
    of_export = _export_requests(night)
    found["requests"] += of_export
    return Progress(**found, export_requests=of_export)


def _export_requests(night: Night) -> int:
    counted = Night.objects.values_list("given_up_requests", "export__requests")
    given_up, now = counted.get(pk=night.pk)
    return given_up + (now or 0)


def end_if_done(night: Night) -> bool:
    """End a night in which nobody waits any more; tell whether this call did."""
    if night.patients.filter(state=NightPatient.State.WAITING).exists():
        return False
    return _end(night, Night.State.ENDED)


def cancel(night: Night) -> bool:
    """End a night now; what is in hand is thrown away. Tell whether this call did."""
    return _end(night, Night.State.CANCELLED, code="cancelled")


def give_up_late(night: Night) -> int:
    """When it is morning, give up who still waits, some at a time; return how many."""
    if night.give_up_at > timezone.now():
        return 0
    count = 0
    for row in claims.due_or_not(night)[:_AT_ONCE]:
        try:
            claims.fail(row, row.code or "out_of_time")
        except PatientLost:
            continue
        count += 1
    return count


def _row(night: Night, patient_id: str) -> NightPatient:
    row = NightPatient(night=night, key=patient_index(night.ehr, patient_id))
    row.patient = patient_id
    return row


@transaction.atomic
def _end(night: Night, state: str, *, code: str = "") -> bool:
    live = Night.objects.filter(pk=night.pk, state=Night.State.READING)
    if not live.update(state=state, ended_at=timezone.now(), code=code, exporting=False):
        return False
    parts.forget(night)
    export = Night.objects.values_list("export", flat=True).get(pk=night.pk)
    if export is not None:
        bulk.ask_to_cancel(export)
    told = progress(night)
    whole = not (told.waiting or told.failed or told.incomplete)
    with context.bind(ehr=night.ehr.slug):
        record(
            NightEnded(
                night_id=str(night.pk),
                read=told.read,
                incomplete=told.incomplete,
                failed=told.failed,
                requests=told.requests,
                outcome=Outcome.SUCCESS if whole else Outcome.INCOMPLETE,
                code=code,
            )
        )
    return True
