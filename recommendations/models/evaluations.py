"""What was measured of a release, before it is decided whether it is used."""

import uuid

from django.db import models


class ReleaseEvaluation(models.Model):
    """One run over synthetic charts with one release: figures, and no words of a chart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.CharField(max_length=40)
    contract = models.PositiveSmallIntegerField()
    prompt = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)  # of the release
    model_ids = models.CharField(max_length=500, blank=True)  # that drafted
    verifier = models.CharField(max_length=40)
    charts = models.PositiveIntegerField()
    figures = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.document} {self.contract}/{self.prompt} on {self.charts} charts"
