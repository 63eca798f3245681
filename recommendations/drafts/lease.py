"""The lease: one worker owns a draft for a while, and writes only while it still does.

A claim is one conditional update. It raises the draft's fencing number, and every later write
of that worker is made under the number it was given: a worker that was thought dead, and was
only slow, finds its number gone and stops.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from recommendations.errors import LeaseLost
from recommendations.models import Draft


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to write one draft."""

    draft_id: UUID
    fencing: int
    attempt: int


def duration() -> timedelta:
    """How long a lease holds without being renewed."""
    return timedelta(seconds=settings.DRAFT_LEASE_SECONDS)


def claim(draft_id: UUID, *, with_model: bool = False) -> Lease | None:
    """Take a draft that waits, or whose worker let its lease run out; ``None`` if it is neither.

    Call within a transaction, so that the claim and its event stand or fall together. A place
    ``with_model`` is held as long as the lease, so that a killed worker's is free by itself.
    """
    now = timezone.now()
    free = Q(state=Draft.State.QUEUED) | Q(state=Draft.State.RUNNING, lease_until__lt=now)
    claimed = Draft.objects.filter(
        free, pk=draft_id, attempts__lt=settings.DRAFT_MAX_ATTEMPTS
    ).update(
        state=Draft.State.RUNNING,
        lease_until=now + duration(),
        with_model=with_model,
        fencing=F("fencing") + 1,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
    )
    if not claimed:
        return None
    fencing, attempt = Draft.objects.values_list("fencing", "attempts").get(pk=draft_id)
    return Lease(draft_id, fencing, attempt)


def hold(lease: Lease, **changes: object) -> None:
    """Write ``changes`` to the draft and renew the lease, or raise :class:`LeaseLost`.

    The first statement of each of a worker's transactions: the row stays locked to its end.
    """
    written = Draft.objects.filter(
        pk=lease.draft_id, fencing=lease.fencing, state=Draft.State.RUNNING
    ).update(**{"lease_until": timezone.now() + duration(), **changes})
    if not written:
        raise LeaseLost


def renew(leases: Sequence[Lease]) -> frozenset[UUID]:
    """Renew many leases at once; return the drafts of those that still hold."""
    held = Q(pk__in=())
    for lease in leases:
        held |= Q(pk=lease.draft_id, fencing=lease.fencing)
    ours = Draft.objects.filter(held, state=Draft.State.RUNNING)
    if ours.update(lease_until=timezone.now() + duration()) == len(leases):
        return frozenset(lease.draft_id for lease in leases)
    return frozenset(ours.values_list("pk", flat=True))
