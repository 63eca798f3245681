"""Patients of a night, held by one worker at a time.

A claim is one conditional update that gives the row a new fencing number; what that worker writes
is written under it. A worker that was thought dead, and was only slow, writes nothing.
"""

import random
from contextlib import AbstractContextManager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit import context
from audit.events.nights import NightPatientFailed, NightPatientRead
from audit.recorder import record
from smartapp.fhir.results import Missing, Reason
from smartapp.models import Night, NightPart, NightPatient
from smartapp.night.charts import packed
from smartapp.night.errors import PatientLost
from smartapp.night.reading import Chart

# Among so many a worker chooses, so that two do not always reach for the same one.
_AMONG = 24
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=30)
_WAITING = NightPatient.State.WAITING


def due(night: Night) -> QuerySet[NightPatient]:
    """Return the patients that may be claimed now."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return NightPatient.objects.filter(free, night=night, state=_WAITING, due_at__lte=now)


def due_or_not(night: Night) -> QuerySet[NightPatient]:
    """Return all patients that wait, whatever their turn."""
    waiting = NightPatient.objects.filter(night=night, state=_WAITING)
    return waiting.select_related("night__ehr").order_by("pk")


def claim(night: Night) -> NightPatient | None:
    """Hold a patient that is due; ``None`` where none is, or the night is over."""
    live = Night.objects.filter(pk=night.pk, state=Night.State.READING, exporting=False)
    if not live.exists():
        return None
    while keys := list(due(night).order_by("due_at").values_list("pk", flat=True)[:_AMONG]):
        random.shuffle(keys)
        for key in keys:
            lease = timezone.now() + timedelta(seconds=settings.NIGHT_LEASE_SECONDS)
            mine = {"fencing": F("fencing") + 1, "attempts": F("attempts") + 1}
            if due(night).filter(pk=key).update(lease_until=lease, **mine):
                return NightPatient.objects.select_related("night__ehr").get(pk=key)
    return None


def read(row: NightPatient, chart: Chart) -> None:
    """Keep what was read, in one transaction with the trail; raise PatientLost."""
    told = {_words(each): each for each in chart.missing}
    missing = [words for words, each in told.items() if not _never_offered(each)]
    row.chart = packed(chart.results)
    with transaction.atomic(), _about(row):
        _end(
            row, NightPatient.State.READ, code="", missing=missing,
            requests=F("requests") + chart.requests, chart_sealed=row.chart_sealed,
        )  # fmt: skip
        record(
            NightPatientRead(
                night_id=str(row.night_id),
                requests=chart.requests,
                count=sum(len(each.resources) for each in chart.results.values()),
                missing=tuple(told),
            )
        )


def _words(each: Missing) -> str:
    return f"{each.concept.value}: {each.reason.value} ({each.detail})"


def _never_offered(each: Missing) -> bool:
    """Whether the vendor's profile says that nobody can ask for it: so of every chart there.

    It makes no night incomplete. The trail has it, and whoever reads the chart is told of it.
    """
    return each.reason is Reason.UNSUPPORTED and each.detail == "vendor"


def later(row: NightPatient, code: str, *, requests: int = 0) -> None:
    """Try again after a while, or give up after the last attempt; raise PatientLost."""
    if row.attempts >= settings.NIGHT_MAX_ATTEMPTS:
        fail(row, code, requests=requests)
        return
    pause = min(_FIRST_PAUSE * 4 ** (row.attempts - 1), _LONGEST_PAUSE)
    _change(
        row, code=code, lease_until=None, due_at=timezone.now() + pause,
        requests=F("requests") + requests,
    )  # fmt: skip


def put_back(row: NightPatient, code: str) -> None:
    """Let go of a patient that nobody could have read just now: no attempt of theirs."""
    _change(row, code=code, lease_until=None, attempts=F("attempts") - 1)


def fail(row: NightPatient, code: str, *, requests: int = 0) -> None:
    """Give a patient up for this night, and say so; raise PatientLost."""
    with transaction.atomic(), _about(row):
        _end(row, NightPatient.State.FAILED, code=code, requests=F("requests") + requests)
        record(NightPatientFailed(night_id=str(row.night_id), attempts=row.attempts, code=code))


def _end(row: NightPatient, state: str, **values: object) -> None:
    _change(row, state=state, ended_at=timezone.now(), lease_until=None, **values)
    NightPart.objects.filter(night=row.night_id, key=row.key).delete()


def _change(row: NightPatient, **values: object) -> None:
    mine = NightPatient.objects.filter(pk=row.pk, fencing=row.fencing, state=_WAITING)
    live = mine.filter(night__state=Night.State.READING)
    if not live.update(**values):
        raise PatientLost


def _about(row: NightPatient) -> AbstractContextManager[object]:
    return context.bind(ehr=row.night.ehr.slug, patient_index=row.key)
