"""What workers do. A task's message is only a wake-up: running one twice does no harm."""

from uuid import UUID

from celery import shared_task
from django.conf import settings

from recommendations.drafts import drafting, queue
from recommendations.drafts import sweep as sweeping
from recommendations.models import Draft

# For what does not come back to be told that it has taken too long, as it is told by its heart.
_SOFT_LIMIT = settings.MODEL_DEADLINE_SECONDS + 70


@shared_task(name=queue.TASK, soft_time_limit=_SOFT_LIMIT, time_limit=_SOFT_LIMIT + 30)
def draft(draft_id: str) -> None:
    """Make a draft, unless another worker has it or it is done."""
    try:
        drafting.make(UUID(draft_id))
    except Draft.DoesNotExist:
        return  # a message left over from another database


@shared_task(name="recommendations.sweep")
def sweep() -> dict[str, int]:
    """Take up what a dead worker dropped."""
    return sweeping.sweep()
