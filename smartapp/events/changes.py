"""The first handler: note that something of a patient changed.

A launch that reads the patient after this is given no answer that was fetched before.
"""

from django.db.models import Value
from django.db.models.functions import Greatest

from smartapp.events.handlers import EVERY_KIND, Incoming, register
from smartapp.models import PatientChange


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


register(EVERY_KIND, mark_changed)
