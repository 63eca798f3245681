"""The first handler: note that something of a patient changed, for whoever read it before."""

from datetime import datetime

from django.db.models import Max, Value
from django.db.models.functions import Greatest

from smartapp.events.handlers import EVERY_KIND, Incoming, register
from smartapp.models import Ehr, PatientChange


def mark_changed(incoming: Incoming) -> None:
    """Keep when we last heard of a change, by patient and kind."""
    if not incoming.patient_index:
        return
    mark = {
        "ehr": incoming.ehr,
        "patient_index": incoming.patient_index,
        "kind": incoming.kind,
    }
    later = Greatest("changed_at", Value(incoming.received_at))
    if not PatientChange.objects.filter(**mark).update(changed_at=later):
        new = PatientChange(**mark, changed_at=incoming.received_at)
        PatientChange.objects.bulk_create([new], ignore_conflicts=True)


def changed_at(ehr: Ehr, patient_index: str) -> datetime | None:
    """Return when we last heard that anything of a patient changed."""
    marks = PatientChange.objects.filter(ehr=ehr, patient_index=patient_index)
    latest: datetime | None = marks.aggregate(latest=Max("changed_at"))["latest"]
    return latest


register(EVERY_KIND, mark_changed)
