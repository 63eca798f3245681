"""Numbers that never came: the EHR is asked for them (``$events``), and at last they are given up.

Meanwhile what came after them waits, so that a patient's events are processed in order.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.events.base import Event
from audit.events.notifications import GapFound
from audit.recorder import record, record_all
from smartapp.events import fhir_forms
from smartapp.events.errors import NotificationRefused
from smartapp.events.intake import about, advance, close_gap, store
from smartapp.events.notices import Notice
from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import FhirError
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.asked import Asked, Use
from smartapp.fhir.vendors import ProfileInvalid, profile_of
from smartapp.models import BackendClient, EventProgress, EventSubscription, InboundEvent

logger = logging.getLogger(__name__)

_ANSWERS = frozenset({"query-event", "event-notification"})
_SECONDS = 20.0


def ask_all() -> int:
    """Ask for every gap that is due; return how many were asked about."""
    due = EventProgress.objects.select_related("subscription__ehr").filter(
        gap_due_at__lte=timezone.now(), subscription__is_active=True
    )
    return sum(_ask(progress) for progress in due.order_by("gap_due_at")[:20])


def _ask(progress: EventProgress) -> bool:
    if not _claimed(progress):
        return False
    subscription = progress.subscription
    events: list[Event] = []
    try:
        notice, code = _fetched(progress, events), ""
    except (FhirError, NotificationRefused, ProfileInvalid) as error:
        notice, code = None, error.code
    except Exception as error:  # one EHR must not keep the others waiting
        logger.warning("gap_not_asked", extra={"error": type(error).__name__})
        notice, code = None, "gap_not_asked"
    with transaction.atomic():
        with about(subscription):
            record_all(events)
        if notice is not None:
            store(subscription, [notice])
        _settle(subscription, code)
    return True


def _claimed(progress: EventProgress) -> bool:
    """Count an attempt; one process makes it. Tell the trail of the gap at the first."""
    attempt = progress.gap_attempts + 1
    seen = EventProgress.objects.filter(
        pk=progress.pk, gap_attempts=progress.gap_attempts, gap_due_at=progress.gap_due_at
    )
    pause = timedelta(seconds=min(2**attempt, 600))
    with transaction.atomic(), about(progress.subscription):
        if not seen.update(gap_attempts=attempt, gap_due_at=timezone.now() + pause):
            return False
        if attempt == 1:
            record(
                GapFound(
                    subscription_id=str(progress.pk),
                    after_number=progress.settled or 0,
                    up_to_number=progress.highest,
                )
            )
    return True


class _Collected:
    """Takes the requests' own lines for the trail."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events

    def add(self, event: Event) -> None:
        """Keep an event."""
        self._events.append(event)


def _fetched(progress: EventProgress, events: list[Event]) -> Notice:
    """Ask the EHR for what is missing, through the transport that every reading uses."""
    subscription = progress.subscription
    ehr = subscription.ehr
    registered = BackendClient.objects.filter(ehr=ehr, is_active=True).exists()
    if not subscription.reference or not registered:
        raise NotificationRefused("cannot_ask")
    profile, base = profile_of(ehr), Base(ehr.issuer.rstrip("/"))
    transport = stack.build(
        base=base,
        scope=f"events|{base.url}|{subscription.pk}",
        bearer=BackendBearer(ehr),
        bucket=stack.bucket_for(base, profile.rate, holder="backend", use=Use.NIGHT),
        cache_seconds=0,
    )
    first = (progress.settled or 0) + 1
    last = min(progress.highest, first + settings.EVENTS_MAX_PER_NOTIFICATION - 1)
    question = f"$events?eventsSinceNumber={first}&eventsUntilNumber={last}"
    asker = Asker(transport=transport, base=base, accept=profile.accept)
    asked = Asked(deadline=time.monotonic() + _SECONDS, events=_Collected(events))
    answer = asker.resource(f"{subscription.reference}/{question}", asked)
    return fhir_forms.read(answer, base=base, reference=subscription.reference, types=_ANSWERS)


def _settle(subscription: EventSubscription, code: str) -> None:
    """Note why nothing came; after the last attempt go on without what is missing."""
    progress = EventProgress.objects.select_for_update().get(pk=subscription.pk)
    if progress.gap_since is None or not progress.gap_attempts:
        return
    progress.gap_code = code
    if progress.gap_attempts >= settings.EVENTS_GAP_ATTEMPTS:
        _give_up(subscription, progress)
    progress.save()


def _give_up(subscription: EventSubscription, progress: EventProgress) -> None:
    """Count what is missing before the next number that came, and pass over it."""
    held = InboundEvent.objects.filter(
        subscription=subscription, epoch=progress.epoch, released=False
    )
    next_held = held.order_by("number").values_list("number", flat=True).first()
    settled = progress.settled or 0
    reached = progress.highest if next_held is None else next_held - 1
    logger.error("gap_given_up", extra={"subscription": str(subscription.pk)})
    with about(subscription):
        progress.settled = reached
        close_gap(progress, given_up=reached - settled)
        advance(progress)
