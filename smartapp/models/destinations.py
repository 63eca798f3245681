"""Where a hospital sends its patients to."""

import uuid

from django.db import models
from django.db.models import Q

from audit.configuration import Configuration
from smartapp.models.ehrs import Ehr


class Destination(Configuration):
    """One service of one hospital, with its queue: what triage may choose from.

    ``takes_from`` is the most urgent category that may be sent there (1 takes all, 4 takes what can
    wait an hour); ``for_whom`` tells a drafter who belongs there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT, related_name="destinations")
    key = models.SlugField(max_length=40)
    service = models.CharField(max_length=80)
    specialty = models.CharField(max_length=80, blank=True)
    queue = models.CharField(max_length=40, blank=True)
    for_whom = models.CharField(max_length=200, blank=True)
    takes_from = models.PositiveSmallIntegerField(default=5)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "service"]
        constraints = [
            models.UniqueConstraint(fields=["ehr", "key"], name="one_destination_per_key"),
            models.CheckConstraint(
                condition=Q(takes_from__gte=1, takes_from__lte=5), name="destination_takes_category"
            ),
        ]

    @property
    def words(self) -> str:
        """As a clinician reads it, in what is chosen and in what is signed."""
        named = ", ".join(part for part in (self.service, self.specialty) if part)
        return f"{named} (queue {self.queue})" if self.queue else named

    def __str__(self) -> str:
        return f"{self.key} at {self.ehr_id}"
