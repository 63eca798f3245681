"""Whom we have met under a patient's id, as keyed hashes that tell nothing about them."""

from django.db import models
from django.utils import timezone

from smartapp.models.ehrs import Ehr


class PatientIdentity(models.Model):
    """One patient of one EHR, as the Patient resource last told of them."""

    ehr = models.ForeignKey(Ehr, on_delete=models.CASCADE)
    patient_index = models.CharField(max_length=64, unique=True)
    # {"birthDate": [hash], "family": [hash], …}; each hash covers the patient's index, too
    marks = models.JSONField()
    seen_at = models.DateTimeField(default=timezone.now)
    refused_at = models.DateTimeField(
        null=True, help_text="When somebody else was last sent under this patient's id."
    )

    class Meta:
        verbose_name_plural = "patient identities"

    def __str__(self) -> str:
        return self.patient_index[:12]
