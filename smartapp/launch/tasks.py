"""What workers do for the door."""

from celery import shared_task

from smartapp.launch import sweeping


@shared_task(name="smartapp.launch.sweep")
def sweep() -> dict[str, int]:
    """End launches that nobody closed."""
    return sweeping.sweep()
