"""Requests for chart data, as counts need them: no patient, no clinician, nothing sealed."""

from dataclasses import dataclass
from datetime import date

from audit.events.base import Outcome
from audit.events.fhir import FhirRequested
from audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered: ``path`` is a template, ``Observation``, ``Patient/{id}``.

    ``parameters`` are names only. ``by_ehr``: the EHR answered, not what had been kept of it.
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
    path, kept = str(told.get("path", "")), bool(told.get("cache"))
    return Request(row.pk, row.at.date(), path, names, by_ehr=not kept)
