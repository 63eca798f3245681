"""Requests for chart data, as counts need them: no patient, no clinician, nothing sealed."""

from dataclasses import dataclass
from datetime import date

from audit.events.base import Outcome
from audit.events.fhir import FhirRequested
from audit.models import AuditEvent

_BY_EHR = frozenset({"", "export"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered: ``path`` is a template, ``Observation``, ``Patient/{id}``.

    ``parameters`` are names only. ``by_ehr``: the EHR gave it, then or in an export made for it;
    what had been kept for somebody else is not.
    """

    row: int
    day: date
    path: str
    parameters: tuple[str, ...]
    by_ehr: bool


def answered_requests(ehr: str, *, after: int, most: int) -> list[Request]:
    """Return an EHR's successful requests beyond a row of the trail, oldest first.

    ``ehr`` is its slug; no more than ``most`` are returned.
    """
    rows = AuditEvent.objects.filter(
        pk__gt=after, type=FhirRequested.type, ehr=ehr, outcome=Outcome.SUCCESS.value
    ).order_by("pk")
    return [_request(row) for row in rows[:most]]


def _request(row: AuditEvent) -> Request:
    told = row.detail
    names = tuple(told.get("parameters", ()))
    path, source = str(told.get("path", "")), str(told.get("cache", ""))
    return Request(row.pk, row.at.date(), path, names, by_ehr=source in _BY_EHR)
