"""The EHRs we are registered with, and the keys we sign with."""

import uuid

from django.db import models

from audit.configuration import Configuration
from encryption import SealedText


class Ehr(Configuration):
    """One registered EHR: the only issuers a launch is accepted from."""

    class ClientAuth(models.TextChoices):
        """How we authenticate at the token endpoint (SMART App Launch 2.2, section 5)."""

        PUBLIC = "public", "Public client (PKCE only)"
        SECRET = "client_secret_basic", "Shared secret (HTTP Basic)"
        KEY = "private_key_jwt", "Signed assertion (private_key_jwt)"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    issuer = models.URLField(unique=True, help_text="The FHIR base URL, as sent in `iss`.")
    vendor = models.CharField(max_length=40, help_text="A profile in smartapp/fhir/vendors.")
    client_id = models.CharField(max_length=200)
    client_auth = models.CharField(max_length=40, choices=ClientAuth.choices)
    client_secret_ref = models.CharField(
        max_length=300, blank=True, help_text="Where the secret is: env:NAME or file:/path."
    )
    signing_algorithm = models.CharField(
        max_length=10, default="ES384", choices=[("ES384", "ES384"), ("RS384", "RS384")]
    )
    scopes = models.TextField(help_text="Scopes to ask for, separated by spaces.")
    frame_ancestors = models.JSONField(
        default=list, blank=True, help_text="Origins that may frame the panel."
    )
    environment_label = models.CharField(
        max_length=60, blank=True, help_text="Shown to clinicians where this is not production."
    )
    jurisdiction = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "EHR"

    def __str__(self) -> str:
        return self.name


class SigningKey(Configuration):
    """A key pair of ours; the public half is published at ``/.well-known/jwks.json``."""

    kid = models.CharField(primary_key=True, max_length=64)
    algorithm = models.CharField(max_length=10)
    private_key_sealed = models.BinaryField()
    private_key = SealedText("private_key_sealed")
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.kid
