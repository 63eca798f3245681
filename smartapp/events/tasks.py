"""What workers do for events. A task's message is only a wake-up."""

from celery import shared_task

from smartapp.events import lanes, processing, sweeping, waking

_SECONDS = 20.0


@shared_task(name=waking.TASK, soft_time_limit=120, time_limit=150)
def process() -> int:
    """Process what is due; where time ran out, have a worker go on."""
    processed = processing.drain(seconds=_SECONDS)
    if processed and lanes.ready():
        waking.wake()
    return processed


@shared_task(name="smartapp.events.sweep", soft_time_limit=120, time_limit=150)
def sweep() -> dict[str, int]:
    """Ask about gaps, make up for lost wake-ups, forget."""
    return sweeping.sweep()
