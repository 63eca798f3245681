"""Configuration models: a change and its place in the trail commit together, or neither does."""

from typing import Any

from django.db import models, router, transaction


class Configuration(models.Model):
    """Base of models whose every change is recorded.

    django-auditlog writes its entry beside the save; without a transaction around both, a row
    could stand although its entry failed. ``QuerySet.update`` and ``bulk_create`` go past it:
    never use them on these models.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save in a transaction."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            super().save(*args, **kwargs)


def mask(value: str) -> str:
    """Return what an entry shows of a secret or a reference to one: that it changed, no more."""
    return "" if value in {"", "None"} else "(hidden)"
