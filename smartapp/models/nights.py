"""Nights: whose charts are read while nobody waits, how far that is, and what was read."""

import json
import uuid
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from encryption import SealedText, open_sealed, seal
from smartapp.models.bulk import BulkExport
from smartapp.models.ehrs import Ehr


def morning() -> datetime:
    """Return when a night begun now gives up."""
    return timezone.now() + timedelta(hours=settings.NIGHT_HOURS)


class Night(models.Model):
    """One night at one EHR. ``planned_for`` is the day of a night that the schedule began."""

    class State(models.TextChoices):
        """Where it stands."""

        READING = "reading", "Being read"
        ENDED = "ended", "Ended"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT, related_name="nights")
    # A group may be "patients with HIV".
    group_sealed = models.BinaryField()
    group = SealedText("group_sealed")
    concepts = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    code = models.CharField(max_length=60, blank=True, help_text="Why it stands still, if it does.")
    batches = models.BooleanField(default=True, help_text="The EHR takes them, as far as we know.")
    # Charts come out of an export of the group, where the EHR takes no batches but exports.
    export = models.OneToOneField(
        BulkExport, null=True, on_delete=models.SET_NULL, related_name="night"
    )
    exporting = models.BooleanField(
        default=False, help_text="Its export is awaited; no patient is asked for until then."
    )
    given_up_requests = models.PositiveIntegerField(
        default=0, help_text="Sent for exports that were refused and asked for anew."
    )
    planned_for = models.DateField(null=True)
    begun_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField(default=morning)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ehr"], condition=Q(state="reading"), name="one_night_at_a_time_per_ehr"
            ),
            models.UniqueConstraint(
                fields=["ehr", "planned_for"], name="one_planned_night_per_ehr_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"night {self.pk}"


class NightPart(models.Model):
    """Some resources of one type out of a night's export, until their patient is read.

    ``key`` is the patient's, as in :class:`NightPatient`, or a blind index of the reference of
    what belongs to no patient, such as a Medication.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    night = models.ForeignKey(Night, on_delete=models.CASCADE, related_name="parts")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    content_sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["night", "key"], name="night_parts_by_key")]

    def __str__(self) -> str:
        return f"part {self.pk} of a night"

    @property
    def content(self) -> bytes:
        """The resources as JSON text; raises ``SealBroken``."""
        return zlib.decompress(open_sealed(bytes(self.content_sealed), context=self._context))

    @content.setter
    def content(self, text: str) -> None:
        self.content_sealed = seal(zlib.compress(text.encode(), 1), context=self._context)

    @property
    def _context(self) -> str:
        return f"smartapp_nightpart|{self.pk}|content_sealed"


class NightPatient(models.Model):
    """One patient of a night. The row is also the job: one worker holds it at a time.

    ``key`` is the blind index of EHR and patient. ``chart`` is what was read, until it is
    forgotten.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting"
        READ = "read", "Read"
        FAILED = "failed", "Not read"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    night = models.ForeignKey(Night, on_delete=models.CASCADE, related_name="patients")
    key = models.CharField(max_length=64)
    patient_sealed = models.BinaryField()
    patient = SealedText("patient_sealed")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=60, blank=True, help_text="Why the last reading failed.")
    missing = models.JSONField(default=list, help_text="What the chart lacks, and why; no PHI.")
    requests = models.PositiveIntegerField(default=0, help_text="Sent to the EHR for it.")
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, help_text="Not read before.")
    fencing = models.BigIntegerField(default=0, help_text="Counts the workers that held it.")
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    chart_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["night", "key"], name="one_row_per_patient_and_night")
        ]
        indexes = [
            models.Index(fields=["night", "state", "due_at"], name="night_patients_due"),
            models.Index(fields=["key", "ended_at"], name="night_patients_by_key"),
        ]

    def __str__(self) -> str:
        return f"patient {self.pk} of a night"

    @property
    def chart(self) -> Any:
        """The chart as JSON, ``None`` where it is not kept; raises ``SealBroken``."""
        if self.chart_sealed is None:
            return None
        return json.loads(
            zlib.decompress(open_sealed(bytes(self.chart_sealed), context=self._context))
        )

    @chart.setter
    def chart(self, text: str) -> None:
        # Charts are much alike inside: packed they are a tenth, and a night has ten thousand.
        self.chart_sealed = seal(zlib.compress(text.encode(), 1), context=self._context)

    @property
    def _context(self) -> str:
        return f"smartapp_nightpatient|{self.pk}|chart_sealed"
