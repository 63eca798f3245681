"""How far we have followed the changes of one thing at an EHR."""

import uuid

from django.db import models
from django.utils import timezone

from encryption import SealedJSON
from smartapp.models.ehrs import Ehr


class ChangeBookmark(models.Model):
    """One bookmark. ``key`` is a blind index over the patient and the concept it is for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.CASCADE, related_name="change_bookmarks")
    follower = models.CharField(max_length=40, help_text="Who follows: each has its own place.")
    key = models.CharField(max_length=64)
    state_sealed = models.BinaryField()
    state = SealedJSON("state_sealed")
    generation = models.BigIntegerField(default=0, help_text="Counts how often it was moved.")
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ehr", "follower", "key"], name="one_change_bookmark")
        ]

    def __str__(self) -> str:
        return f"bookmark {self.pk}"
