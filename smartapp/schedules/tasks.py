"""What workers do for schedules. A task's message is only a wake-up."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from smartapp.celery import app
from smartapp.fhir import bulk
from smartapp.fhir.errors import FhirError
from smartapp.schedules.running import due, go_on
from smartapp.schedules.works import WORKS

logger = logging.getLogger(__name__)

_TASK = "smartapp.schedules.work"
_SECONDS = 20.0


@shared_task(name=_TASK, soft_time_limit=3000, time_limit=3060)
def work(schedule_id: str) -> None:
    """Go on with one schedule for a while; where more is left, have a worker go on."""
    if go_on(UUID(schedule_id), WORKS, seconds=_SECONDS):
        _wake(schedule_id)


@shared_task(name="smartapp.schedules.sweep", soft_time_limit=300, time_limit=330)
def sweep() -> int:
    """Wake workers for what is due, return for how many; end exports that were left at an EHR."""
    keys = list(due().values_list("pk", flat=True))
    for key in keys:
        _wake(str(key))
    for export in bulk.left_over():
        try:
            bulk.advance(export.pk)
        except FhirError as error:  # who holds it will; what may pass is put off by itself
            logger.info("export_left_over", extra={"code": error.code})
    return len(keys)


def _wake(schedule_id: str) -> None:
    try:
        app.send_task(_TASK, [schedule_id], retry=False, expires=60)
    except (OperationalError, OSError) as error:
        logger.warning("broker_unreachable", extra={"error": type(error).__name__})
