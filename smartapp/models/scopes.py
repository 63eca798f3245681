"""Why each scope is asked of each EHR, and what came of it."""

from django.db import models
from django.db.models import F, Q

from audit.configuration import Configuration
from smartapp.models.ehrs import Ehr
from smartapp.models.staff import StaffUser


class ScopeJustification(Configuration):
    """One scope at one EHR: its reason, who wrote it, and who else approved it.

    A reason written anew waits for approval again. ``seeded`` rows were written by the
    demonstration for itself and never by a person; they exist for EHRs that are no production.
    """

    ehr = models.ForeignKey(Ehr, on_delete=models.PROTECT, related_name="scope_justifications")
    scope = models.CharField(max_length=300, help_text="As it is asked for.")
    justification = models.TextField()
    author = models.ForeignKey(StaffUser, on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    approver = models.ForeignKey(StaffUser, on_delete=models.PROTECT, null=True, related_name="+")
    approver_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True, help_text="Not asked for since then.")
    seeded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ehr", "scope"], name="one_justification_per_scope"),
            models.CheckConstraint(
                condition=Q(author__isnull=True)
                | Q(approver__isnull=True)
                | ~Q(author=F("approver")),
                name="scope_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | Q(seeded=True)
                | Q(author__isnull=False, approver__isnull=False),
                name="scope_approved_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} at {self.ehr_id}"

    @property
    def is_approved(self) -> bool:
        """Whether it may be asked for."""
        return self.approved_at is not None and self.given_up_at is None

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has yet to look at it."""
        return self.approved_at is None and self.given_up_at is None


class ScopeUse(models.Model):
    """How often a kind of request was made of an EHR on one day, told by the trail."""

    ehr = models.ForeignKey(Ehr, on_delete=models.CASCADE, related_name="scope_uses")
    resource_type = models.CharField(max_length=64)
    letter = models.CharField(max_length=1, help_text="r or s, as in v2.")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ehr", "resource_type", "letter", "day"], name="one_count_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_type}.{self.letter} on {self.day}"


class ScopeUseMark(models.Model):
    """Up to which row of the trail an EHR's requests are counted."""

    ehr = models.OneToOneField(Ehr, on_delete=models.CASCADE, primary_key=True)
    counted_to = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.ehr_id}: {self.counted_to}"


class EhrReport(models.Model):
    """What ``check_ehr`` found of an EHR, once. ``report`` holds neither PHI nor secrets."""

    ehr = models.ForeignKey(Ehr, on_delete=models.CASCADE, related_name="reports")
    at = models.DateTimeField(auto_now_add=True)
    report = models.JSONField()

    class Meta:
        get_latest_by = "at"
        indexes = [models.Index(fields=["ehr", "-at"])]

    def __str__(self) -> str:
        return f"{self.ehr_id} at {self.at}"
