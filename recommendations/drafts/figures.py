"""How the drafts stand, for operations: counts by state, and how long the first has waited."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone

from recommendations.models import Draft
from smartapp.metrics import Figure


def figures() -> Iterator[Figure]:
    """Return drafts by state, and the age of the oldest that waits for a worker in seconds."""
    counted = Draft.objects.order_by().values("state").annotate(count=Count("pk"))
    counts = {row["state"]: row["count"] for row in counted}
    for state in Draft.State.values:
        yield Figure(
            "countersign_drafts", "Drafts by state", counts.get(state, 0), {"state": state}
        )
    waiting = Draft.objects.filter(state=Draft.State.QUEUED)
    since = waiting.aggregate(first=Min("created_at"))["first"]
    age = (timezone.now() - since).total_seconds() if since else 0.0
    yield Figure(
        "countersign_draft_queue_age_seconds", "How long the oldest waiting draft has waited", age
    )
