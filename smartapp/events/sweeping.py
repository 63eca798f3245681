"""The sweep: gaps are asked about, lost wake-ups made up for, and old memory is let go."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from smartapp.events import gaps, lanes, waking
from smartapp.models import EventProgress, InboundEvent

_AT_ONCE = 500
_ENDED = (InboundEvent.State.DONE, InboundEvent.State.DISCARDED)


def sweep() -> dict[str, int]:
    """Do all three; return counts. Twice at once does no harm."""
    counts = {"asked": gaps.ask_all(), "forgotten": forget_old()}
    if lanes.ready():
        waking.wake()
    return counts


def forget_old() -> int:
    """Delete what was processed more than ``EVENTS_REMEMBERED_DAYS`` ago; dead letters stay."""
    before = timezone.now() - timedelta(days=settings.EVENTS_REMEMBERED_DAYS)
    lanes.forget_old(before=before)
    ended = InboundEvent.objects.filter(state__in=_ENDED, ended_at__lt=before)
    keys = list(ended.order_by("ended_at").values_list("pk", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        _remember_numbers(keys)
        InboundEvent.objects.filter(pk__in=keys).delete()
    return len(keys)


def _remember_numbers(keys: list[UUID]) -> None:
    """What is counted stays known by its number, without a row."""
    going = InboundEvent.objects.filter(pk__in=keys, number__isnull=False)
    newest = going.values("subscription_id", "epoch").annotate(number=Max("number")).order_by()
    for each in newest:
        EventProgress.objects.filter(
            subscription_id=each["subscription_id"],
            epoch=each["epoch"],
            forgotten__lt=each["number"],
        ).update(forgotten=each["number"])
