"""How often EHRs were asked for access, by the hour: counts, and nobody's."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncHour

from audit.events.backend import BackendTokenIssued, BackendTokenUnavailable
from audit.events.launch import LaunchOpened, TokenLost, TokenRefreshed
from audit.models import AuditEvent

_GIVEN = (LaunchOpened.type, TokenRefreshed.type, BackendTokenIssued.type)
_NOT_GIVEN = (TokenLost.type, BackendTokenUnavailable.type)


@dataclass(frozen=True, slots=True)
class TokenRequests:
    """One EHR's token requests within an hour. A refusal that lasts is told, and counted, once."""

    ehr: str
    hour: datetime
    given: int
    refused: int
    by_night: int  # of those given: for work without a clinician


def token_requests(*, since: datetime, ehr: str = "") -> list[TokenRequests]:
    """Count what the trail tells of token requests since a moment, oldest hour first.

    ``ehr`` is a slug; without it all EHRs are counted, each apart.
    """
    rows = AuditEvent.objects.filter(type__in=_GIVEN + _NOT_GIVEN, at__gte=since)
    if ehr:
        rows = rows.filter(ehr=ehr)
    counted = (
        rows.annotate(hour=TruncHour("at"))
        .values("ehr", "hour")
        .annotate(
            given=Count("pk", filter=Q(type__in=_GIVEN)),
            refused=Count("pk", filter=Q(type__in=_NOT_GIVEN)),
            by_night=Count("pk", filter=Q(type=BackendTokenIssued.type)),
        )
        .order_by("hour", "ehr")
    )
    return [TokenRequests(**each) for each in counted]
