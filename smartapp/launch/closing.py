"""How a launch ends."""

from django.db import transaction
from django.utils import timezone

from audit.events.launch import LaunchEnded
from audit.recorder import record
from smartapp.models import Launch


@transaction.atomic
def end(*, launch_id: str, reason: Launch.EndReason) -> bool:
    """End a launch once; return whether this call was the one that did."""
    live = Launch.objects.filter(pk=launch_id, ended_at=None)
    if live.update(ended_at=timezone.now(), end_reason=reason) == 0:
        return False
    record(LaunchEnded(reason=reason.value))
    return True
