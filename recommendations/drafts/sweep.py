"""The sweep: no draft is lost, none runs for ever.

Run by every worker and every web process a few times a minute, so that a draft whose worker was
killed is taken up by another, or, where there is none, shown as failed with a way to try again.
Running it twice at once does no harm: every step is a conditional update.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from recommendations.drafts import circumstances, lease, queue
from recommendations.drafts.endings import fail
from recommendations.models import Draft

logger = logging.getLogger(__name__)

# Nothing is left unsaid for longer than this (the promise is thirty seconds).
PATIENCE = timedelta(seconds=25)
_SIGN_OF_LIFE = "drafts:worker-alive"


def sign_of_life() -> None:
    """Let web processes know that a worker is there, for three sweeps' length."""
    cache.set(_SIGN_OF_LIFE, 1, timeout=max(10, settings.DRAFT_SWEEP_SECONDS * 3))


def sweep() -> dict[str, int]:
    """Wake workers for what was dropped, end what cannot go on; return counts of both."""
    counts = {"woken": 0, "failed": 0}
    for draft in _dropped():
        try:
            outcome = _settle(draft)
        except Exception as error:  # one draft must not keep the others waiting
            logger.warning(
                "sweep_failed", extra={"draft": str(draft.pk), "error": type(error).__name__}
            )
            continue
        if outcome:
            counts[outcome] += 1
    return counts


def _dropped() -> list[Draft]:
    now = timezone.now()
    expired = Q(state=Draft.State.RUNNING, lease_until__lt=now)
    waiting = Q(state=Draft.State.QUEUED, created_at__lt=now - timedelta(seconds=2))
    rows = Draft.objects.filter(expired | waiting).select_related(
        "launch__ehr", "launch__clinician"
    )
    return list(rows.order_by("created_at")[:500])


def _settle(draft: Draft) -> str:
    code = _hopeless(draft)
    if code:
        still = Q(state=draft.state, fencing=draft.fencing, lease_until=draft.lease_until)
        with circumstances.of(draft.launch), transaction.atomic():
            return "failed" if fail(draft, code, where=still) else ""
    if _worth_waking(draft):
        queue.wake_again(draft.pk)
        return "woken"
    return ""


def _hopeless(draft: Draft) -> str:
    """Why the draft is to be ended; empty while there is hope."""
    now = timezone.now()
    if draft.state == Draft.State.RUNNING:
        if draft.attempts >= settings.DRAFT_MAX_ATTEMPTS:
            return "worker_lost"
        # The worker fell silent one lease before it ran out.
        silent_since = (draft.lease_until or now) - lease.duration()
        return "worker_lost" if now - silent_since > PATIENCE else ""
    # A queued draft may wait for its turn as long as somebody is working through the queue.
    if now - draft.created_at > PATIENCE and cache.get(_SIGN_OF_LIFE) is None:
        return "no_worker"
    return ""


def _worth_waking(draft: Draft) -> bool:
    pause = timedelta(
        seconds=settings.DRAFT_SWEEP_SECONDS
        if draft.state == Draft.State.RUNNING
        else settings.DRAFT_LEASE_SECONDS
    )
    return draft.sent_at is None or draft.sent_at < timezone.now() - pause
