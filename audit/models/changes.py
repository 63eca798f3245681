"""django-auditlog's entries, with our own account of who acted and from where."""

from typing import Any

from auditlog.models import AbstractLogEntry
from django.conf import settings
from django.db import models

from audit import context

_STAFF = "staff|"


class ConfigurationChange(AbstractLogEntry):  # type: ignore[misc]
    """One change of a configuration model, field by field. The ledger tells of each one too."""

    actor_ref = models.CharField(max_length=520, blank=True)
    # Deleting a person must not reach into what they did: people are deactivated instead.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, null=True, related_name="+"
    )

    class Meta(AbstractLogEntry.Meta):  # type: ignore[misc]
        verbose_name = "configuration change"
        verbose_name_plural = "configuration changes"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the circumstances from :mod:`audit.context`, never from request headers."""
        circumstances = context.current()
        self.actor_ref = circumstances.actor
        self.remote_addr = circumstances.address or None
        if circumstances.actor.startswith(_STAFF):
            self.actor_id = int(circumstances.actor.removeprefix(_STAFF))
        super().save(*args, **kwargs)
