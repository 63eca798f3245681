"""Which words and models are in use where: each change, who wanted it, and who else agreed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.configuration import Configuration


class ReleaseChange(Configuration):
    """One change of what a document is drafted with, everywhere or in one unit.

    A change waits until a second person approves it. Those that took effect have a ``number``, one
    after the other for each document and unit; the highest is in use. ``replaces`` is the one that
    a step back returns to.
    """

    class Kind(models.TextChoices):
        """What a change does."""

        USE = "use", "Put into use"
        FOLLOW = "follow", "Follow the hospital again"  # of a unit
        BACK = "back", "Rolled back"
        SHIPPED = "shipped", "Came with the software"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.CharField(max_length=40)
    unit = models.CharField(max_length=200, blank=True, help_text="EHR/unit; empty: everywhere.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    contract = models.PositiveSmallIntegerField(null=True)
    prompt = models.PositiveSmallIntegerField(null=True)
    model_ids = models.JSONField(
        default=list, blank=True
    )  # ids in their order; empty: the settings'
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposer_name = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approver_name = models.CharField(max_length=200, blank=True)
    took_effect_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.CharField(max_length=200, blank=True)
    number = models.PositiveIntegerField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit", "number"], name="one_release_change_per_number"
            ),
            models.UniqueConstraint(
                fields=["document", "unit"],
                condition=Q(took_effect_at=None, dismissed_at=None),
                name="one_release_change_waiting",
            ),
            models.CheckConstraint(
                condition=Q(proposer=None) | Q(approver=None) | ~Q(proposer=F("approver")),
                name="release_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(took_effect_at=None)
                | Q(kind="shipped")
                | Q(kind="back", proposer__isnull=False)
                | Q(proposer__isnull=False, approver__isnull=False),
                name="release_approved_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(number=None, took_effect_at=None)
                | Q(number__isnull=False, took_effect_at__isnull=False, dismissed_at=None),
                name="release_in_effect_is_numbered",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["follow", "back"], contract=None, prompt=None)
                | (~Q(kind="follow") & Q(contract__isnull=False, prompt__isnull=False)),
                name="release_change_names_versions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.contract}/{self.prompt} {self.unit or 'everywhere'}"

    @property
    def follows(self) -> bool:
        """Whether a unit is drafted for with what the hospital uses."""
        return self.contract is None

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has yet to look at it."""
        return self.took_effect_at is None and self.dismissed_at is None
