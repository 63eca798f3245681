"""Notifications from outside: who may send them, what came, and what became of it."""

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone

from audit.configuration import Configuration
from encryption import SealedText
from smartapp.models.ehrs import Ehr


class EventSubscription(Configuration):
    """One sender of notifications, with an address and a secret of its own."""

    class Form(models.TextChoices):
        """What the sender speaks."""

        FHIR = "fhir", "FHIR Subscriptions (R4 backport, R4B, R5)"
        WEBHOOK = "webhook", "Signed webhook"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT, related_name="event_subscriptions")
    name = models.CharField(max_length=200, help_text="For people: what it tells of.")
    form = models.CharField(max_length=10, choices=Form.choices)
    reference = models.CharField(
        max_length=80, blank=True, help_text="Subscription/ID at the EHR; needed to ask for gaps."
    )
    secret_ref = models.CharField(
        max_length=300, help_text="Where the secret is: env:, file:, vault:, aws-sm:."
    )
    second_secret_ref = models.CharField(
        max_length=300, blank=True, help_text="The other secret, while one takes over from another."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class EventProgress(models.Model):
    """How far one subscription has come. Apart from its configuration, as it changes all the time.

    Numbers up to ``settled`` are all stored, or given up. ``highest`` is the last we know to exist.
    """

    subscription = models.OneToOneField(
        EventSubscription, on_delete=models.CASCADE, primary_key=True, related_name="progress"
    )
    heard_at = models.DateTimeField(null=True, help_text="The last authentic notification.")
    epoch = models.PositiveIntegerField(default=0, help_text="Raised when its numbers start anew.")
    settled = models.BigIntegerField(null=True)
    highest = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(
        default=0, help_text="Numbers up to this were processed long ago, and are not kept."
    )
    gap_since = models.DateTimeField(null=True, db_index=True)
    gap_attempts = models.PositiveSmallIntegerField(default=0)
    gap_due_at = models.DateTimeField(null=True)
    gap_code = models.CharField(max_length=60, blank=True, help_text="Why asking brought nothing.")

    def __str__(self) -> str:
        return f"progress of {self.subscription_id}"


class InboundEvent(models.Model):
    """One event. The row is also the job, and the memory by which a second copy is known."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "Waiting"
        DONE = "done", "Processed"
        DEAD = "dead", "Given up"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(
        EventSubscription, on_delete=models.PROTECT, related_name="events"
    )
    key = models.CharField(max_length=70, help_text="Epoch and number, or a hash of the event id.")
    epoch = models.PositiveIntegerField(default=0)
    number = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=64, blank=True, help_text="A resource type, or a type.")
    # Events of one lane are processed in order: a patient's, or what names no patient.
    lane = models.CharField(max_length=64)
    patient_index = models.CharField(max_length=64, blank=True)
    focus_index = models.CharField(max_length=64, blank=True)
    body_sealed = models.BinaryField(null=True, help_text="Gone once it is processed.")
    body = SealedText("body_sealed")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    released = models.BooleanField(
        default=True, help_text="Not while an earlier number is missing."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    code = models.CharField(max_length=60, blank=True, help_text="Why the last attempt failed.")
    received_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "key"], name="one_row_per_event")
        ]
        indexes = [
            models.Index(
                fields=["lane", "number", "received_at"],
                condition=models.Q(state="waiting", released=True),
                name="events_to_process",
            ),
            models.Index(fields=["subscription", "epoch", "number"], name="events_by_number"),
            models.Index(fields=["state", "ended_at"], name="events_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EventLane(models.Model):
    """The right to process one lane: one worker holds it for a while, under a number of its own."""

    lane = models.CharField(primary_key=True, max_length=64)
    fencing = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.lane[:8]


class PatientChange(models.Model):
    """That something of a patient changed at the EHR: what was read before may be out of date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.CASCADE, related_name="patient_changes")
    patient_index = models.CharField(max_length=64)
    kind = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(help_text="When we heard of the latest change.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ehr", "patient_index", "kind"], name="one_change_mark_per_kind"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def latest(cls, ehr: Ehr, patient_index: str) -> datetime | None:
        """Return when we last heard that anything of a patient changed."""
        marks = cls.objects.filter(ehr=ehr, patient_index=patient_index)
        at: datetime | None = marks.aggregate(latest=models.Max("changed_at"))["latest"]
        return at
