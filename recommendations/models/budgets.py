"""What drafting may cost: limits, prices by date, and what each draft spent."""

from django.db import models

from audit.configuration import Configuration
from recommendations.models.drafts import Draft
from smartapp.models import Clinician


class ModelLimit(Configuration):
    """A limit that administrators set. ``key``: whose; empty: everybody's of that scope."""

    class Scope(models.TextChoices):
        """What a limit is of."""

        DRAFT = "draft", "One draft"
        USER = "user", "One clinician, a day"
        UNIT = "unit", "One unit, a day"
        DAY = "day", "All together, a day"
        SHADOW = "shadow", "Drafts made again beside old ones, a unit and day"

    scope = models.CharField(max_length=10, choices=Scope.choices)
    key = models.CharField(max_length=200, blank=True, help_text="EHR/unit, of a unit's own limit.")
    tokens = models.PositiveBigIntegerField(null=True)
    cost_micros = models.PositiveBigIntegerField(null=True, help_text="Millionths of a US dollar.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="one_limit_per_scope_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}".strip()


class ModelPrice(Configuration):
    """US dollars for a million tokens of one model, from one day on, and where that stands."""

    model_id = models.CharField(max_length=80)
    since = models.DateField()
    input = models.DecimalField(max_digits=10, decimal_places=4)
    output = models.DecimalField(max_digits=10, decimal_places=4)
    cache_write = models.DecimalField(max_digits=10, decimal_places=4)
    cache_read = models.DecimalField(max_digits=10, decimal_places=4)
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model_id", "since"], name="one_price_per_model_day")
        ]

    def __str__(self) -> str:
        return f"{self.model_id} from {self.since}"


class _Spend(models.Model):
    """Counts of the requests to one model on one day."""

    day = models.DateField(help_text="In the zone of the trail.")
    unit = models.CharField(max_length=200, blank=True)
    model_id = models.CharField(max_length=80)
    requests = models.PositiveIntegerField(default=0)
    input = models.PositiveBigIntegerField(default=0)
    output = models.PositiveBigIntegerField(default=0)
    cache_write = models.PositiveBigIntegerField(default=0)
    cache_read = models.PositiveBigIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0, help_text="All four kinds together.")
    cost_micros = models.PositiveBigIntegerField(default=0)
    unpriced = models.PositiveIntegerField(default=0, help_text="Requests without a price.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.model_id} {self.day}"


class ModelSpend(_Spend):
    """What one draft spent at one model on one day. Written by the worker that drafts it."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="spends")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "day", "model_id"], name="one_spend_per_draft_day_and_model"
            )
        ]
        indexes = [
            models.Index(fields=["day", "clinician"], name="spend_by_clinician"),
            models.Index(fields=["day", "unit"], name="spend_by_unit"),
        ]


class ShadowSpend(_Spend):
    """What one shadow spent. Its own row comes at its end, so it is known by its id alone."""

    shadow_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shadow_id", "day", "model_id"], name="one_spend_per_shadow_day_and_model"
            )
        ]
        indexes = [models.Index(fields=["day", "unit"], name="shadow_spend_by_unit")]


class LimitReached(models.Model):
    """That a day's limit was reached, once: who writes the row tells operations."""

    day = models.DateField()
    scope = models.CharField(max_length=10)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "scope", "key"], name="one_alert_per_limit_day")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.day}"
