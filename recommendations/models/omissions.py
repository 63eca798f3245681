"""What a draft does not tell and should, as it was found when the draft was ready."""

import uuid

from django.db import models

from encryption import SealedJSON
from recommendations.models.drafts import Draft


class Omission(models.Model):
    """One fact that a rule asks for. The row is written once; only :attr:`told` moves.

    Rows are of what was ever missing. Whether a clinician found it not needed stands in their
    decisions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="omissions")
    position = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=40)  # of recommendations.verification.omissions
    section = models.CharField(max_length=40)  # where it belongs
    critical = models.BooleanField(default=False)
    found_sealed = models.BinaryField()
    found = SealedJSON("found_sealed")  # recommendations.omitted.Found
    told = models.BooleanField(default=False, help_text="Whether the words that stand tell it.")
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "position"], name="one_omission_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.position}"
