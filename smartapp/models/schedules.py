"""What is done at an EHR again and again without a clinician, when next, and how far it is."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from encryption import SealedJSON, SealedText
from smartapp.models.bulk import BulkExport
from smartapp.models.ehrs import Ehr


class Schedule(models.Model):
    """One kind of work at one EHR. The row is also the job: one worker holds it at a time.

    ``running_since`` stands from the beginning of a run to its end, across workers and restarts;
    ``left`` are the patients of a run, ``position`` how many of them are done.
    """

    class Work(models.TextChoices):
        """What is done."""

        NIGHT = "night", "Read charts"
        CHANGES = "changes", "Follow changes"
        EXPORT = "export", "Import in bulk"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT, related_name="schedules")
    work = models.CharField(max_length=10, choices=Work.choices)
    # A group may be "patients with HIV".
    group_sealed = models.BinaryField()
    group = SealedText("group_sealed")
    at = models.TimeField(null=True, help_text="Each day at this time.")
    every_minutes = models.PositiveIntegerField(null=True)
    next_at = models.DateTimeField(help_text="When a run begins, unless one is under way.")
    running_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True, help_text="Why the last run failed.")
    count = models.PositiveIntegerField(default=0, help_text="What the last run came to.")
    missing = models.PositiveIntegerField(default=0, help_text="What it could not read.")
    left_sealed = models.BinaryField(null=True)
    left = SealedJSON("left_sealed")
    position = models.PositiveIntegerField(default=0)
    export = models.OneToOneField(
        BulkExport, null=True, on_delete=models.SET_NULL, related_name="schedule"
    )
    since = models.DateTimeField(null=True, help_text="The EHR's time of the last import.")
    fencing = models.BigIntegerField(default=0, help_text="Counts the workers that held it.")
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ehr", "work"], name="one_schedule_per_ehr_and_work"),
            models.CheckConstraint(
                condition=Q(at__isnull=True) ^ Q(every_minutes__isnull=True),
                name="schedule_at_a_time_or_every_so_often",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} at {self.ehr_id}"
