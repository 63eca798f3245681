"""The end of launches that nobody closed: most clinicians just shut the window.

Run by workers every minute. Running it twice at once does no harm: a launch is ended, and its
tokens are given back, by whichever run gets there first.
"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from smartapp.launch.closing import expire
from smartapp.models import Launch
from smartapp.tokens.store import PATIENCE, about, forget_left_over, left_over

logger = logging.getLogger(__name__)

BATCH = 50
# Giving tokens back is a request to the EHR, which may be slow: the rest waits for the next run.
_SECONDS = 40


def sweep() -> dict[str, int]:
    """End abandoned launches, give back tokens that were left over; return counts of both."""
    counts = {"expired": 0, "given_back": 0}
    until = time.monotonic() + _SECONDS
    for what, launch in _work():
        if time.monotonic() > until:
            break
        counts[what] += _settle(what, launch)
    return counts


def _settle(what: str, launch: Launch) -> bool:
    try:
        with about(launch):
            if what == "expired":
                return expire(launch)
            return forget_left_over(launch_id=launch.pk)
    except Exception as error:  # one launch must not keep the others waiting
        logger.warning("launch not swept", extra={"kind": type(error).__name__})
        return False


def _work() -> Iterator[tuple[str, Launch]]:
    now = timezone.now()
    launches = Launch.objects.select_related("ehr")
    abandoned = launches.filter(
        ended_at=None, created_at__lte=now - timedelta(seconds=settings.LAUNCH_SECONDS)
    )
    # Ended by a process that died before it had asked the EHR, or while it did.
    left = launches.filter(ended_at__lte=now - PATIENCE, token_set__in=left_over(now))
    yield from (("expired", each) for each in abandoned.order_by("created_at")[:BATCH])
    yield from (("given_back", each) for each in left.order_by("ended_at")[:BATCH])
