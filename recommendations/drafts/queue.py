"""Waking a worker. The message says only that there is work; the draft's row is the truth."""

import logging
from uuid import UUID

from django.utils import timezone
from kombu.exceptions import OperationalError

from recommendations.drafts import places
from recommendations.models import Draft
from smartapp.celery import app

logger = logging.getLogger(__name__)

TASK = "recommendations.draft"


def wake_again(draft_id: UUID) -> None:
    """Wake for a draft that was dropped, and note when."""
    Draft.objects.filter(pk=draft_id).update(sent_at=timezone.now())
    wake(draft_id)


def wake_next() -> None:
    """Wake for the first that waits for a place at the model, now that one may be free."""
    standing = places.stand()
    if standing.free and standing.line:
        wake(standing.line[0])


def wake(draft_id: UUID) -> None:
    """Send the draft's id to the workers; a broker that is down is the sweep's to make up for."""
    try:
        app.send_task(TASK, args=[str(draft_id)], retry=False)
    except (OperationalError, OSError) as error:
        logger.warning(
            "broker_unreachable", extra={"draft": str(draft_id), "error": type(error).__name__}
        )
