"""Tokens, sealed. Only ``smartapp.tokens`` reads them."""

import uuid

from django.db import models
from django.utils import timezone

from encryption import SealedText
from smartapp.models.launches import Launch


class TokenSet(models.Model):
    """The tokens of one launch."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    launch = models.OneToOneField(Launch, on_delete=models.PROTECT, related_name="token_set")
    access_token_sealed = models.BinaryField()
    access_token = SealedText("access_token_sealed")
    refresh_token_sealed = models.BinaryField(null=True)
    refresh_token = SealedText("refresh_token_sealed")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)
    refreshing_until = models.DateTimeField(
        null=True, help_text="One process holds the right to refresh until then."
    )
    generation = models.PositiveIntegerField(default=1, help_text="Counts refreshes.")
    lost_at = models.DateTimeField(null=True, help_text="When the EHR refused to refresh.")

    def __str__(self) -> str:
        return f"tokens of {self.launch_id}"
