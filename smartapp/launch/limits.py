"""How often one network may knock at the door: every knock costs us and the EHR some work.

Counted in Django's cache. Without Redis, two processes that count at the same moment may count
one knock instead of two; the limit is far above what people do, so that does not matter.
Launches are counted as they begin, callbacks where they are refused.
"""

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage

from audit.middleware import network_address
from smartapp.launch.refusals import LaunchRefused


def whence(request: HttpRequest) -> str:
    """Return the address a request is counted under; all that have none share a count."""
    return network_address(request) or "0.0.0.0"  # noqa: S104 - no socket is bound to it


def refuse_a_flood(request: HttpRequest, door: str) -> None:
    """Count a knock at ``door``; raise :class:`LaunchRefused` beyond ``settings.LAUNCH_RATE``.

    The trail is told once in each window and network, lest a flood of requests flood it, too.
    """
    rate = settings.LAUNCH_RATE or None
    usage = get_usage(request, group=f"launch:{door}", key="ip", rate=rate, increment=True)
    if usage is None or not usage["should_limit"]:
        return
    raise LaunchRefused(
        "too_many_launches",
        detail=door,
        recorded=usage["count"] == usage["limit"] + 1,
        retry_after=max(1, usage["time_left"]),
    )
