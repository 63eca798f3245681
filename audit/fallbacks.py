"""How often another way than the usual was taken to a part of the chart: counts, and nobody's."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from audit.events.fhir import FallbackTaken
from audit.models import AuditEvent


def fallbacks_taken(ehr: str, *, days: int) -> Counter[tuple[str, str, str]]:
    """Count an EHR's fallbacks of the last ``days`` by concept, kind and outcome.

    ``ehr`` is its slug.
    """
    rows = AuditEvent.objects.filter(
        type=FallbackTaken.type, ehr=ehr, at__gte=timezone.now() - timedelta(days=days)
    )
    told = ((row.detail, row.outcome) for row in rows.iterator())
    return Counter(
        (str(detail["concept"]), str(detail["kind"]), outcome) for detail, outcome in told
    )
