"""The first handler: note that something of a patient changed.

A launch that reads the patient after this is given no answer that was fetched before.
"""

from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Greatest

from smartapp.events.handlers import EVERY_KIND, Incoming, register
from smartapp.models import Ehr, PatientChange


def mark_changed(incoming: Incoming) -> None:
    """Keep when we last heard of a change, by patient and kind."""
    if incoming.patient_index:
        mark(incoming.ehr, incoming.patient_index, incoming.kind, incoming.received_at)


def mark(ehr: Ehr, patient_index: str, kind: str, at: datetime) -> None:
    """Note that something of this kind changed for a patient, as we heard at ``at``."""
    which: dict[str, object] = {"ehr": ehr, "patient_index": patient_index, "kind": kind}
    later = Greatest("changed_at", Value(at))
    if not PatientChange.objects.filter(**which).update(changed_at=later):
        new = PatientChange(**which, changed_at=at)
        PatientChange.objects.bulk_create([new], ignore_conflicts=True)


register(EVERY_KIND, mark_changed)
