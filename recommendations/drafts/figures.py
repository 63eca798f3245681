"""How the drafts stand, for operations: counts by state, and how long the first has waited."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone

from recommendations.models import Draft
from smartapp.metrics import Figure

# What became of statements that went back to the model → its key in a draft's usage.
_FATES = {"mended": "statements_mended", "withdrawn": "statements_withdrawn"}


def _sent_back() -> Iterator[Figure]:
    """Statements that went back to the model, by what became of them, over all drafts kept."""
    sent = Draft.objects.filter(usage__has_key="statements_sent_back")
    totals: Counter[str] = Counter()
    for usage in sent.values_list("usage", flat=True):
        fates = {fate: int(usage[key]) for fate, key in _FATES.items()}
        totals.update(fates, still_marked=usage["statements_sent_back"] - sum(fates.values()))
    for fate in (*_FATES, "still_marked"):
        yield Figure(
            "countersign_statements_sent_back",
            "Statements that went back to the model, by what became of them",
            totals[fate],
            {"fate": fate},
        )


def figures() -> Iterator[Figure]:
    """Return drafts by state, and the age of the oldest that waits for a worker in seconds."""
    counted = Draft.objects.order_by().values("state").annotate(count=Count("pk"))
    counts = {row["state"]: row["count"] for row in counted}
    for state in Draft.State.values:
        yield Figure(
            "countersign_drafts", "Drafts by state", counts.get(state, 0), {"state": state}
        )
    yield from _sent_back()
    waiting = Draft.objects.filter(state=Draft.State.QUEUED)
    since = waiting.aggregate(first=Min("created_at"))["first"]
    age = (timezone.now() - since).total_seconds() if since else 0.0
    yield Figure(
        "countersign_draft_queue_age_seconds", "How long the oldest waiting draft has waited", age
    )
