"""Drafts: what was read, what was drafted, what verification said of it."""

import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce

from encryption import SealedJSON, SealedText
from smartapp.models import Launch


class Draft(models.Model):
    """One document drafted for one launch. The row is also the job: see the lease fields."""

    class State(models.TextChoices):
        """Where the draft stands."""

        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Being drafted"
        READY = "ready", "Ready to review"
        FAILED = "failed", "Could not be drafted"
        SIGNED = "signed", "Signed"
        REJECTED = "rejected", "Rejected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    launch = models.ForeignKey(Launch, on_delete=models.PROTECT, related_name="drafts")
    patient_index = models.CharField(max_length=64, db_index=True)
    document = models.CharField(max_length=40)  # a key of recommendations.workflows
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    failure_code = models.CharField(max_length=60, blank=True)
    # Why the offline drafter stepped in for a model that was asked ("model_overloaded").
    fallback_code = models.CharField(max_length=60, blank=True)

    # What the clinician gave with the request, by key: PHI as they typed or pasted it.
    given_sealed = models.BinaryField(null=True)
    given = SealedJSON("given_sealed")
    # The resource that these words were taken from with one tap: a clinical Brought. None: typed.
    brought_sealed = models.BinaryField(null=True)
    brought = SealedJSON("brought_sealed")

    # What it is drafted with, resolved when it is asked for and kept, whatever is activated
    # meanwhile: {"prompt_id", "contract", "prompt", "models", "sha256", "unit", "change"}.
    release = models.JSONField(default=dict, blank=True)
    # Who drafted: "claude" or "offline", and every version that decided.
    drafter = models.CharField(max_length=20, blank=True)
    model_id = models.CharField(max_length=80, blank=True)
    versions = models.JSONField(default=dict, blank=True)  # {"prompt": …, "verifier": …, …}
    usage = models.JSONField(default=dict, blank=True)  # tokens, turns, milliseconds; no PHI
    reading_sealed = models.BinaryField(null=True)
    reading = SealedJSON("reading_sealed")  # a ReadingSnapshot
    reading_text = SealedText("reading_sealed")  # the same, as it was encoded
    raw_answer_sealed = models.BinaryField(null=True)
    raw_answer = SealedText("raw_answer_sealed")

    # False also of drafts that were made before this was looked for.
    looked_for_omissions = models.BooleanField(default=False)

    # The lease: a worker owns the draft until lease_until; its fencing number must still be
    # current when it writes, so that a worker that was thought dead cannot write late.
    lease_until = models.DateTimeField(null=True, db_index=True)
    fencing = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, help_text="When a worker was last woken for it.")
    # Whether it holds one of the places at the model: counted only while its lease holds.
    with_model = models.BooleanField(default=False)
    # Nobody waits for it: made ahead, and behind all that somebody waits for.
    ahead = models.BooleanField(default=False)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    # Bumped by every decision or edit: a page that shows an older one is stale.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["launch", "document"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_draft_under_way_per_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.id}"


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements, among them those that were superseded while the draft was made."""

    def current(self) -> Self:
        """Those that stand, a replacement in the place of what it replaces."""
        place = Coalesce("supersedes__statement__position", "position")
        return self.filter(superseded=None).order_by(place)


class Statement(models.Model):
    """One statement of a draft, never changed once written: edits stand beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="statements")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=40)
    text_sealed = models.BinaryField()
    text = SealedText("text_sealed")
    claims_sealed = models.BinaryField()
    claims = SealedJSON("claims_sealed")
    verdict_sealed = models.BinaryField()
    verdict = SealedJSON("verdict_sealed")  # a Verdict
    outcome = models.CharField(max_length=14)
    worded_by_code = models.BooleanField(default=False)
    drafted_text_sealed = models.BinaryField(null=True)  # the model's words, where code reworded
    drafted_text = SealedText("drafted_text_sealed")
    # What it was added for by the clinician, where it is not of the draft.
    omission = models.ForeignKey(
        "recommendations.Omission", on_delete=models.PROTECT, null=True, related_name="statements"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "position"], name="one_statement_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.position}"


class Supersession(models.Model):
    """A statement that gave way after it was sent back to the model; its row stays as it was.

    Without a ``replacement`` the model took it back. Written with its event, in one transaction.
    """

    statement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, related_name="superseded", primary_key=True
    )
    replacement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, null=True, related_name="supersedes"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"supersession of {self.statement_id}"


class DraftProgress(models.Model):
    """What the browser is told while a draft is made. No PHI: kinds and counts only."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="progress")
    kind = models.CharField(max_length=20)  # "state", "reading", "statement", "again"
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "draft progress"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
