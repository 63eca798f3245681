"""The right to work on an export: one worker at a time, told by number from those before it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from smartapp.fhir.bulk.errors import BulkCancelled, BulkHeldElsewhere
from smartapp.models import BulkExport

# Longer than any one wait inside: a worker that lives renews it in time.
LEASE_SECONDS = 120.0


class Held:
    """An export that this worker holds. ``export`` is the row as it was claimed."""

    def __init__(self, export: BulkExport) -> None:
        self.export = export
        self._renewed_at = time.monotonic()

    def renew(self) -> None:
        """Hold it for longer; raise BulkHeldElsewhere or BulkCancelled where that is over.

        Called inside of the transaction that writes progress, it fences that progress, too.
        """
        mine = BulkExport.objects.filter(pk=self.export.pk, fencing=self.export.fencing)
        if not mine.update(lease_until=_lease()):
            raise BulkHeldElsewhere
        if mine.filter(cancel_asked=True).exclude(state=BulkExport.State.CANCELLED).exists():
            raise BulkCancelled
        self._renewed_at = time.monotonic()

    def keep(self) -> None:
        """Renew where a quarter of the lease is over."""
        if time.monotonic() - self._renewed_at > LEASE_SECONDS / 4:
            self.renew()

    def save(self, *fields: str) -> None:
        """Write fields of the row; raise BulkHeldElsewhere where another worker took it over."""
        values = {name: getattr(self.export, name) for name in fields}
        mine = BulkExport.objects.filter(pk=self.export.pk, fencing=self.export.fencing)
        if not mine.update(**values):
            raise BulkHeldElsewhere


@contextmanager
def claim(export_id: UUID) -> Iterator[Held]:
    """Hold an export for a ``with`` block; raise BulkHeldElsewhere where another worker does."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=timezone.now())
    row = BulkExport.objects.filter(pk=export_id)
    if not row.filter(free).update(fencing=F("fencing") + 1, lease_until=_lease()):
        raise BulkHeldElsewhere
    export = row.select_related("ehr").get()
    try:
        yield Held(export)
    finally:
        row.filter(fencing=export.fencing).update(lease_until=None)


def _lease() -> object:
    return timezone.now() + timedelta(seconds=LEASE_SECONDS)
