"""What a clinician did with a draft. Decisions are appended, never changed."""

import uuid

from django.db import models

from encryption import SealedText
from recommendations.models.drafts import Draft, Statement
from recommendations.models.omissions import Omission
from smartapp.models import Clinician, Launch


class StatementEdit(models.Model):
    """A clinician's words as they are being typed: saved at every pause, outlives the token."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="edit")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT)
    text_sealed = models.BinaryField()
    text = SealedText("text_sealed")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"edit of {self.statement_id}"


class Look(models.Model):
    """A clinician opened a source of a statement as it then read. Written beside its event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="looks")
    # No foreign key: an answer that broke off takes its statements away, and a look stays.
    statement_id = models.UUIDField()
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT)
    text_sha256 = models.CharField(max_length=64, help_text="Of the statement as drafted.")
    looked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "statement_id", "clinician", "text_sha256"],
                name="one_look_per_text_and_clinician",
            )
        ]

    def __str__(self) -> str:
        return f"look at {self.statement_id}"


class Decision(models.Model):
    """One act of one clinician on one exact text."""

    class Verb(models.TextChoices):
        """What was done. ``sign`` and ``reject_draft`` are about the whole draft.

        The last four are about what the draft left out.
        """

        APPROVE = "approve", "Approved"
        EDIT = "edit", "Edited"
        REJECT = "reject", "Rejected"
        REOPEN = "reopen", "Reopened"
        SIGN = "sign", "Signed"
        REJECT_DRAFT = "reject_draft", "Draft rejected"
        ADD = "add", "Added"
        TAKE_OUT = "take_out", "Taken out again"
        DISMISS = "dismiss", "Not needed"
        LIST_AGAIN = "list_again", "Listed again"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="decisions")
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    omission = models.ForeignKey(
        Omission, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    launch = models.ForeignKey(Launch, on_delete=models.PROTECT)
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT)
    verb = models.CharField(max_length=14, choices=Verb.choices)
    text_sha256 = models.CharField(max_length=64)
    text_sealed = models.BinaryField()
    text = SealedText("text_sealed")
    reason = models.CharField(max_length=40, blank=True)
    comment_sealed = models.BinaryField(null=True)
    comment = SealedText("comment_sealed")
    draft_revision = models.PositiveIntegerField(help_text="The draft's revision it made.")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["draft_revision"]
        constraints = [
            # Two decisions on the same page race for the same revision: one of them loses.
            models.UniqueConstraint(
                fields=["draft", "draft_revision"], name="one_decision_per_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.id}"


class SignedNote(models.Model):
    """The exact text a clinician signed, ready for the chart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="signed_note")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT)
    text_sealed = models.BinaryField()
    text = SealedText("text_sealed")
    text_sha256 = models.CharField(max_length=64)
    attestation_version = models.CharField(max_length=20)
    signed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"signed {self.draft_id}"
