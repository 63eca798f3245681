"""A draft made again with another release, beside the one that a clinician has."""

import uuid

from django.db import models

from encryption import SealedJSON
from recommendations.models.drafts import Draft


class Shadow(models.Model):
    """One re-draft from a draft's sealed reading. No page of a clinician shows it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="shadows")
    contract = models.PositiveSmallIntegerField()
    prompt = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)  # of the release
    model_id = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=60, blank=True)  # why there is none
    # A list; each with its section, text, claims and verdict.
    statements_sealed = models.BinaryField()
    statements = SealedJSON("statements_sealed")
    outcomes = models.JSONField(default=dict)  # of its statements, by outcome
    outcomes_before = models.JSONField(default=dict)  # of the draft's own
    both = models.PositiveIntegerField(default=0)  # statements that both say, word for word
    usage = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"shadow {self.id} of {self.draft_id}"
