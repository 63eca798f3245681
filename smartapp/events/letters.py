"""Dead letters: events that could not be processed, for people to look at and to act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from audit.events.base import Event
from audit.events.notifications import EventDiscarded, EventReplayed, SubscriptionRestarted
from audit.recorder import record
from smartapp.events import waking
from smartapp.events.intake import close_gap
from smartapp.models import EventProgress, EventSubscription, InboundEvent

_DEAD = InboundEvent.State.DEAD


@dataclass(frozen=True, slots=True)
class Figures:
    """One subscription as operations see it. ``missing``: numbers that have not come yet."""

    subscription: EventSubscription
    heard_at: datetime | None
    waiting: int
    dead: int
    missing: int
    gap_code: str


def dead(limit: int = 200) -> list[InboundEvent]:
    """Return dead letters, the oldest first; nothing of their content is opened."""
    rows = InboundEvent.objects.filter(state=_DEAD).defer("body_sealed")
    return list(rows.select_related("subscription__ehr").order_by("ended_at", "id")[:limit])


def figures() -> list[Figures]:
    """Return every subscription with how it fares."""
    waiting = Count("events", filter=Q(events__state=InboundEvent.State.WAITING))
    rows = EventSubscription.objects.select_related("ehr", "progress").annotate(
        waiting=waiting, dead=Count("events", filter=Q(events__state=_DEAD))
    )
    return [_figures(row, row.waiting, row.dead) for row in rows.order_by("ehr__name", "name")]


def _figures(subscription: EventSubscription, waiting: int, dead: int) -> Figures:
    progress = getattr(subscription, "progress", None)
    if progress is None:
        return Figures(subscription, None, waiting, dead, 0, "")
    here = InboundEvent.objects.filter(
        subscription=subscription, epoch=progress.epoch, released=False
    ).count()
    missing = max(0, progress.highest - (progress.settled or 0) - here)
    return Figures(subscription, progress.heard_at, waiting, dead, missing, progress.gap_code)


def replay(ids: Iterable[UUID]) -> int:
    """Have dead letters processed again; return how many there were."""
    again = {"state": InboundEvent.State.WAITING, "attempts": 0, "ended_at": None}
    with transaction.atomic():
        count = sum(_changed(each, EventReplayed, **again, due_at=timezone.now()) for each in ids)
        if count:
            transaction.on_commit(waking.wake)
    return count


def discard(ids: Iterable[UUID]) -> int:
    """Throw dead letters away with their content; return how many there were."""
    away = {"state": InboundEvent.State.DISCARDED, "body_sealed": None}
    with transaction.atomic():
        return sum(_changed(each, EventDiscarded, **away) for each in ids)


def _changed(
    event_id: UUID, told: type[EventReplayed] | type[EventDiscarded], **changes: object
) -> bool:
    rows = InboundEvent.objects.filter(pk=event_id)
    if not rows.filter(state=_DEAD).update(**changes):
        return False
    subscription_id = rows.values_list("subscription_id", flat=True).get()
    event: Event = told(subscription_id=str(subscription_id), event_id=str(event_id))
    record(event)
    return True


@transaction.atomic
def restart(subscription: EventSubscription) -> int:
    """Let the numbers start anew, where the EHR made its subscription anew; return the epoch."""
    progress, _ = EventProgress.objects.select_for_update().get_or_create(subscription=subscription)
    held = InboundEvent.objects.filter(subscription=subscription, released=False)
    held.update(released=True)  # what they waited for will not come under the old count
    close_gap(progress)
    progress.epoch += 1
    progress.settled, progress.highest, progress.forgotten = 0, 0, 0
    progress.save()
    record(SubscriptionRestarted(subscription_id=str(subscription.pk), epoch=progress.epoch))
    return progress.epoch
