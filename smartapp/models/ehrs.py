"""The EHRs we are registered with, the keys we sign with, and how old our secrets are."""

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
    profile_overrides = models.JSONField(
        default=dict, blank=True, help_text="What this EHR does differently from its vendor."
    )
    client_id = models.CharField(max_length=200)
    client_auth = models.CharField(max_length=40, choices=ClientAuth.choices)
    client_secret_ref = models.CharField(
        max_length=300, blank=True, help_text="Where the secret is: env:, file:, vault:, aws-sm:."
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


class BackendClient(Configuration):
    """Our registration at an EHR for work without a clinician (SMART Backend Services).

    Apart from the EHR's own row: most EHRs give such an app a client id of its own.
    """

    class ClientAuth(models.TextChoices):
        """A backend must prove itself: there is no public one."""

        KEY = "private_key_jwt", "Signed assertion (private_key_jwt)"
        SECRET = "client_secret_basic", "Shared secret (HTTP Basic), where the EHR insists"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.OneToOneField(Ehr, on_delete=models.CASCADE, related_name="backend")
    client_id = models.CharField(max_length=200)
    client_auth = models.CharField(
        max_length=40, choices=ClientAuth.choices, default=ClientAuth.KEY
    )
    client_secret_ref = models.CharField(
        max_length=300, blank=True, help_text="Where the secret is: env:, file:, vault:, aws-sm:."
    )
    signing_algorithm = models.CharField(
        max_length=10, default="ES384", choices=[("ES384", "ES384"), ("RS384", "RS384")]
    )
    names_key_set = models.BooleanField(
        default=True,
        help_text="Name the address of our key set (`jku`) in assertions. Not where the EHR was "
        "given the keys themselves.",
    )
    scopes = models.TextField(help_text="system/ scopes to ask for, separated by spaces.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"backend of {self.ehr_id}"


class SecretAge(models.Model):
    """What is known of a secret that a reference points to: its age and the last failure.

    The secret itself is never here: ``fingerprint`` is a keyed hash, to tell when it changed.
    """

    reference = models.CharField(primary_key=True, max_length=300)
    fingerprint = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(
        null=True, help_text="When its store says it was made; otherwise when we first saw it."
    )
    checked_at = models.DateTimeField(null=True, help_text="When it was last fetched.")
    told = models.CharField(max_length=10, blank=True, help_text="The last notice of its age.")
    failure = models.CharField(max_length=60, blank=True, help_text="Why it cannot be had now.")

    def __str__(self) -> str:
        return self.reference


class SigningKey(Configuration):
    """A key pair of ours; the public half is published at ``/.well-known/jwks.json``."""

    kid = models.CharField(primary_key=True, max_length=64)
    algorithm = models.CharField(max_length=10)
    private_key_sealed = models.BinaryField()
    private_key = SealedText("private_key_sealed")
    created_at = models.DateTimeField(auto_now_add=True)
    signing_from = models.DateTimeField(
        null=True, blank=True, help_text="Empty: published, so that EHRs know it, not yet used."
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.kid
