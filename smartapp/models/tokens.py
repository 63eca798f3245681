"""Tokens, sealed. Only ``smartapp.tokens`` reads them."""

import uuid

from django.db import models
from django.utils import timezone

from encryption import SealedText
from smartapp.models.ehrs import BackendClient
from smartapp.models.launches import Launch


class AccessToken(models.Model):
    """An access token that is renewed by one process while the others go on with the old one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    access_token_sealed = models.BinaryField()
    access_token = SealedText("access_token_sealed")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    refreshing_until = models.DateTimeField(
        null=True, help_text="One process holds the right to refresh until then."
    )
    generation = models.PositiveIntegerField(default=1, help_text="Counts refreshes.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"token {self.pk}"


class TokenSet(AccessToken):
    """The tokens of one launch."""

    launch = models.OneToOneField(Launch, on_delete=models.PROTECT, related_name="token_set")
    refresh_token_sealed = models.BinaryField(null=True)
    refresh_token = SealedText("refresh_token_sealed")
    refreshed_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True, help_text="When the EHR refused to refresh.")

    def __str__(self) -> str:
        return f"tokens of {self.launch_id}"


class BackendToken(AccessToken):
    """The access token of one backend registration; generation 0 is none yet. Never a refresh."""

    client = models.OneToOneField(BackendClient, on_delete=models.CASCADE, related_name="token")
    granted_scopes = models.TextField(blank=True)
    failure = models.CharField(
        max_length=60, blank=True, help_text="Why the last request brought nothing, as a code."
    )

    def __str__(self) -> str:
        return f"backend token of {self.client_id}"
