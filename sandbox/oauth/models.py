"""What the authorization server remembers: launches, codes, tokens, and assertions already seen."""

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

LAUNCH_LIFETIME = timedelta(minutes=5)


def identifier() -> str:
    """An unguessable name (192 bits) for a launch or a family of tokens."""
    return secrets.token_urlsafe(24)


class Context(models.Model):
    """Who is looking at whom, through which personality: shared by launch, code and token."""

    personality = models.CharField(max_length=16)
    user = models.CharField(max_length=128, blank=True, help_text="fhirUser, as Type/id")
    patient = models.CharField(max_length=64, blank=True)
    encounter = models.CharField(max_length=64, blank=True)
    need_patient_banner = models.BooleanField(null=True)
    intent = models.CharField(max_length=128, blank=True)

    class Meta:
        abstract = True

    def context(self) -> dict[str, Any]:
        """The shared fields, to hand on from launch to code to token."""
        return {field.name: getattr(self, field.name) for field in Context._meta.fields}


class Launch(Context):
    """One launch id: bound to its context, good once, for five minutes."""

    objects: ClassVar[models.Manager["Launch"]] = models.Manager()

    id = models.CharField(max_length=64, primary_key=True, default=identifier)
    # Made by the patient picker and not by a chart: no launch parameter may name it.
    standalone = models.BooleanField(default=False)
    # "" grants nothing at all; null grants by the personality's rules.
    scopes_granted = models.TextField(null=True)  # noqa: DJ001
    issued_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"launch {self.pk}"

    @property
    def usable(self) -> bool:
        """Neither used nor too old."""
        return self.used_at is None and timezone.now() < self.issued_at + LAUNCH_LIFETIME

    def use(self) -> bool:
        """Take the launch; False when somebody else was first."""
        unused = Launch.objects.filter(pk=self.pk, used_at=None)
        return unused.update(used_at=timezone.now()) == 1


class AuthorizationCode(Context):
    """A code on its way to the token endpoint: good once, for a minute."""

    objects: ClassVar[models.Manager["AuthorizationCode"]] = models.Manager()

    code = models.CharField(max_length=64, unique=True)
    family = models.CharField(max_length=64, default=identifier)
    client_id = models.CharField(max_length=64)
    redirect_uri = models.TextField()
    scope = models.TextField(blank=True)
    nonce = models.TextField(blank=True)
    state = models.TextField(blank=True)
    code_challenge = models.CharField(max_length=128)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    # Only S256 is ever accepted, so there is nothing to store.
    code_challenge_method = "S256"

    def __str__(self) -> str:
        return f"code of {self.client_id}"

    def use(self) -> bool:
        """Take the code; False when it was taken before."""
        unused = AuthorizationCode.objects.filter(pk=self.pk, used_at=None)
        return unused.update(used_at=timezone.now()) == 1

    def get_redirect_uri(self) -> str:
        """Asked by Authlib."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Asked by Authlib."""
        return self.scope

    def get_nonce(self) -> str:
        """Asked by Authlib."""
        return self.nonce

    def get_auth_time(self) -> int:
        """Asked by Authlib; seconds since 1970."""
        return int(self.issued_at.timestamp())

    def get_acr(self) -> None:
        """No authentication class is claimed."""

    def get_amr(self) -> None:
        """No authentication method is claimed."""


class Token(Context):
    """An access token and, sometimes, its refresh token; a family shares one authorization."""

    objects: ClassVar[models.Manager["Token"]] = models.Manager()

    family = models.CharField(max_length=64, default=identifier, db_index=True)
    client_id = models.CharField(max_length=64)
    access_token = models.CharField(max_length=2048, unique=True)
    refresh_token = models.CharField(max_length=128, null=True, unique=True)  # noqa: DJ001 - unique
    scope = models.TextField(blank=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True, help_text="its refresh token was used up")

    def __str__(self) -> str:
        return f"token of {self.client_id}"

    @classmethod
    def revoke_family(cls, family: str) -> None:
        """End every token that came from one authorization."""
        cls.objects.filter(family=family, revoked_at=None).update(revoked_at=timezone.now())

    def revoke(self) -> None:
        """End this token alone."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])

    def use_refresh_token(self) -> bool:
        """Use the refresh token up; False when it already was."""
        unused = type(self).objects.filter(pk=self.pk, refreshed_at=None, revoked_at=None)
        return unused.update(refreshed_at=timezone.now()) == 1

    def check_client(self, client: Any) -> bool:
        """Asked by Authlib: was this issued to that client?"""
        return bool(self.client_id == client.client_id)

    def get_scope(self) -> str:
        """Asked by Authlib."""
        return self.scope

    def get_expires_in(self) -> int:
        """Asked by Authlib; seconds of life at issue."""
        return int((self.expires_at - self.issued_at).total_seconds())

    def is_expired(self) -> bool:
        """Asked by Authlib."""
        return self.expires_at <= timezone.now()

    def is_revoked(self) -> bool:
        """Asked by Authlib."""
        return self.revoked_at is not None

    @classmethod
    def live(cls, access_token: str, personality: str) -> "Token | None":
        """The token, when it is this personality's, unexpired and unrevoked."""
        return cls.objects.filter(
            access_token=access_token,
            personality=personality,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        ).first()


class SeenAssertion(models.Model):
    """A client assertion's ``jti``, kept so that it is accepted once."""

    objects: ClassVar[models.Manager["SeenAssertion"]] = models.Manager()

    client_id = models.CharField(max_length=64)
    jti = models.CharField(max_length=256)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id", "jti"], name="jti_used_once")]

    def __str__(self) -> str:
        return f"assertion of {self.client_id}"
