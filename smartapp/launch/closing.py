"""How a launch ends."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from audit.events.launch import LaunchEnded
from audit.recorder import record
from smartapp import tokens
from smartapp.fhir.transport import cache
from smartapp.models import Launch


@transaction.atomic
def end(*, launch_id: str, reason: Launch.EndReason) -> bool:
    """End a launch once; return whether this call was the one that did.

    Nothing is kept of the chart it has read.
    """
    live = Launch.objects.filter(pk=launch_id, ended_at=None)
    if live.update(ended_at=timezone.now(), end_reason=reason) == 0:
        return False
    record(LaunchEnded(reason=reason.value))
    transaction.on_commit(partial(cache.forget, launch_id))
    return True


def close(launch: Launch) -> None:
    """End a launch by the clinician's wish; its tokens are given back to the EHR."""
    if end(launch_id=launch.pk, reason=Launch.EndReason.CLOSED):
        tokens.forget(launch_id=launch.pk)


def expire(launch: Launch) -> bool:
    """End a launch that grew too old and give its tokens back; tell whether this call did."""
    ended = end(launch_id=launch.pk, reason=Launch.EndReason.EXPIRED)
    if ended:
        tokens.forget(launch_id=launch.pk)
    return ended
