"""Launches: one row per launch, bound to one browser session, one clinician, one patient."""

import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from encryption import SealedJSON, blind_index
from smartapp.models.ehrs import Ehr


def new_launch_id() -> str:
    """Return an unguessable address part (132 bits)."""
    return secrets.token_urlsafe(17)[:22]


def patient_index(ehr: Ehr, patient_id: str) -> str:
    """Return the blind index under which a patient of an EHR can be searched by equality."""
    return blind_index("patient", f"{ehr.issuer}|{patient_id}")


class Clinician(models.Model):
    """A person an EHR vouched for: the issuer and the ``fhirUser`` reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT)
    fhir_user = models.CharField(max_length=300, help_text="Relative: Practitioner/123.")
    display_name = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ehr", "fhir_user"], name="one_clinician_per_fhir_user")
        ]

    def __str__(self) -> str:
        return self.display_name or self.fhir_user


class PendingLaunch(models.Model):
    """An authorization request under way. Single-use; bound to the browser that began it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.CASCADE)
    state_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)
    secrets_sealed = models.BinaryField()
    # {"nonce": …, "code_verifier": …, "scopes": what was asked for}
    secrets = SealedJSON("secrets_sealed")
    # So that a refusal by the EHR can be told apart from a launch opened for the second time.
    launch_hash = models.CharField(max_length=64, blank=True, db_index=True)
    standalone = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Launch(models.Model):
    """One launch: one browser session, one clinician, one patient, one set of tokens."""

    class EndReason(models.TextChoices):
        """Why a launch accepts nothing more."""

        CLOSED = "closed", "Closed by the clinician"
        GRANT_LOST = "grant_lost", "The EHR ended the session"
        EXPIRED = "expired", "The session grew too old"

    id = models.CharField(primary_key=True, max_length=22, default=new_launch_id, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT)
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT)
    patient_index = models.CharField(max_length=64, db_index=True)
    # {"patient": id, "encounter": id or None, "need_patient_banner": bool, "intent": …,
    #  "tenant": …, "fhir_context": […], "smart_style_url": …}
    context_sealed = models.BinaryField()
    context = SealedJSON("context_sealed")
    requested_scopes = models.TextField()
    granted_scopes = models.TextField()
    # Of the department or ward: "eL-hfc07", "Organization/7", "" where the EHR does not tell.
    unit = models.CharField(max_length=80, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True, choices=EndReason.choices)

    class Meta:
        verbose_name_plural = "launches"
        indexes = [
            # The sweep looks every minute for old ones among those few that are alive.
            models.Index(
                fields=["created_at"], condition=Q(ended_at=None), name="live_launches_by_age"
            )
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_too_old(self) -> bool:
        """Whether it has lived longer than ``settings.LAUNCH_SECONDS``."""
        return timezone.now() >= self.created_at + timedelta(seconds=settings.LAUNCH_SECONDS)

    @property
    def patient_id(self) -> str:
        """The id of the Patient resource this launch is bound to."""
        context: dict[str, Any] = self.context
        return str(context["patient"])

    @property
    def encounter_id(self) -> str | None:
        """The id of the Encounter the EHR launched with, where it named one."""
        context: dict[str, Any] = self.context
        return context.get("encounter")

    @property
    def further(self) -> str:
        """The address at which the EHR says why it ended this launch's access; "" for none."""
        context: dict[str, Any] = self.context
        return str(context.get("further") or "")

    @property
    def needs_patient_banner(self) -> bool:
        """Whether the EHR asks us to show who the patient is (absent means yes)."""
        context: dict[str, Any] = self.context
        return bool(context.get("need_patient_banner", True))
