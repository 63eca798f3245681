"""Bulk exports: what was asked of an EHR, how far each file has come, and who works on it."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from encryption import SealedJSON, SealedText
from smartapp.models.ehrs import Ehr

# Epic's exports run beside the hospital's work, and some took weeks.
PATIENCE = timedelta(days=30)


def patience_ends() -> datetime:
    """Return when an export begun now is given up."""
    return timezone.now() + PATIENCE


class BulkExport(models.Model):
    """One export of a group. The row is also the job; one worker holds it at a time."""

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", "To be asked for"
        WAITING = "waiting", "The EHR is preparing it"
        FETCHING = "fetching", "Its files are being fetched"
        READY = "ready", "Fetched"
        IMPORTED = "imported", "Imported"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT, related_name="bulk_exports")
    # A group may be "patients with HIV"; filters may name anything.
    wish_sealed = models.BinaryField()
    wish = SealedJSON("wish_sealed")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    status_url_sealed = models.BinaryField(null=True)
    status_url = SealedText("status_url_sealed")
    transaction_time = models.DateTimeField(
        null=True, help_text="The EHR's own time of the export: the next one's _since."
    )
    requires_token = models.BooleanField(default=True)
    delete_due = models.BooleanField(default=False, help_text="The EHR still keeps it.")
    cancel_asked = models.BooleanField(default=False)
    missing = models.JSONField(default=list, help_text="What it lacks, and why; no PHI.")
    attempts = models.PositiveIntegerField(default=0, help_text="Failures in a row.")
    requests = models.PositiveIntegerField(default=0, help_text="Sent to the EHR for it.")
    due_at = models.DateTimeField(default=timezone.now, help_text="Nothing is asked before.")
    asked_at = models.DateTimeField(
        null=True, help_text="A kick-off was sent whose answer is not known, or not yet."
    )
    give_up_at = models.DateTimeField(default=patience_ends)
    code = models.CharField(max_length=60, blank=True, help_text="Why the last step failed.")
    fencing = models.BigIntegerField(default=0, help_text="Counts the workers that held it.")
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="bulk_exports_due")]

    def __str__(self) -> str:
        return f"bulk export {self.pk}"


class BulkFile(models.Model):
    """One file of an export: how much of it is stored, and how much of that was imported.

    ``chunks`` counts the sealed pieces stored, ``digest`` is a chain of hashes over them: by it a
    file that is sent again from its start is known to be the same. ``read_*`` is where the import
    goes on: the piece that holds the start of the next line, its place in the stored file, and the
    bytes of it that are behind.
    """

    class Kind(models.TextChoices):
        """The list of the manifest that names it."""

        OUTPUT = "output", "Resources"
        ERROR = "error", "What could not be exported"
        DELETED = "deleted", "What is there no more"

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "To be fetched"
        STORED = "stored", "Stored"
        FAILED = "failed", "Could not be fetched"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    export = models.ForeignKey(BulkExport, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    resource_type = models.CharField(max_length=64)
    url_sealed = models.BinaryField(null=True)
    url = SealedText("url_sealed")
    expected = models.BigIntegerField(null=True, help_text="Resources, where the EHR says.")
    etag = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0, help_text="In a row, without progress.")
    code = models.CharField(max_length=60, blank=True)
    plain_bytes = models.BigIntegerField(default=0)
    sealed_bytes = models.BigIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    read_chunk = models.PositiveIntegerField(default=0)
    read_sealed = models.BigIntegerField(default=0)
    read_skip = models.PositiveIntegerField(default=0)
    read_lines = models.BigIntegerField(default=0)
    unreadable = models.BigIntegerField(default=0, help_text="Lines that held no resource.")
    imported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="one_number_per_bulk_file")
        ]

    def __str__(self) -> str:
        return f"bulk file {self.pk}"
