"""The chained rows, and where each chain stands."""

import json
from functools import cached_property
from typing import Any

from django.db import models

# What the first row of a stream names as its predecessor.
GENESIS = "0" * 64


class AuditEvent(models.Model):
    """One act, in the chain of its stream. Append-only: database triggers refuse all else.

    Rows are hashed exactly as they are stored, so the detail is kept as text: a database that
    parses JSON gives back other numbers than it was given.
    """

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField(help_text="1, 2, 3 … within the stream.")
    type = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12)
    code = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(help_text="UTC, to the microsecond.")
    actor = models.CharField(max_length=520)
    actor_name = models.CharField(max_length=200, blank=True)
    launch_id = models.CharField(max_length=22, blank=True)
    draft_id = models.CharField(max_length=36, blank=True)
    patient_index = models.CharField(max_length=64, blank=True)
    ehr = models.CharField(max_length=50, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    detail_json = models.TextField(default="{}", help_text="What may be read by all reviewers.")
    payload = models.BinaryField(null=True, help_text="The sealed fields and a salt.")
    commitment = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the payload before sealing."
    )
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="audit_one_row_per_place")
        ]
        # Each question of the trail's page walks one of these backwards from the newest row.
        indexes = [
            models.Index(fields=["patient_index", "-id"], name="audit_by_patient"),
            models.Index(fields=["launch_id", "-id"], name="audit_by_launch"),
            models.Index(fields=["draft_id", "-id"], name="audit_by_draft"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["type", "-id"], name="audit_by_type"),
            models.Index(fields=["outcome", "-id"], name="audit_by_outcome"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence} {self.type}"

    @cached_property
    def detail(self) -> dict[str, Any]:
        """The readable fields of the event, as JSON values."""
        value: dict[str, Any] = json.loads(self.detail_json)
        return value


class StreamHead(models.Model):
    """The newest row of a stream. Moved by the database itself as rows are inserted."""

    stream = models.CharField(primary_key=True, max_length=80)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.stream} at {self.sequence}"
