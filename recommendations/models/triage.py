"""What a patient came with, and what was suggested of it."""

import uuid

from django.db import models

from encryption import SealedJSON, SealedText
from recommendations.models.drafts import Draft


class Triage(models.Model):
    """What a triage draft is about: the complaint, whence it came, and what came of it.

    The complaint is a patient's own words: sealed, and in no address or log.
    """

    class Origin(models.TextChoices):
        """Where the complaint came from."""

        TYPED = "typed", "Typed"
        VISIT = "visit", "Today's visit"
        APPOINTMENT = "appointment", "Today's appointment"
        MESSAGE = "message", "The patient's message"
        REQUEST = "request", "The referral"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="triage")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.TYPED)
    complaint_sealed = models.BinaryField()
    complaint = SealedText("complaint_sealed")
    source_sealed = models.BinaryField(null=True)
    source = SealedJSON("source_sealed")  # a clinical Source, where the chart has one
    found_sealed = models.BinaryField(null=True)
    found = SealedJSON("found_sealed")  # what was suggested: see drafts.triaging
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"triage of {self.draft_id}"
