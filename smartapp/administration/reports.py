"""Reports on EHRs: made, kept for the page, and told to the trail."""

from typing import Any

from django.db import transaction

from audit import context
from audit.events.base import Outcome
from audit.events.scopes import EhrChecked
from audit.recorder import record
from smartapp.checking import CheckRefused, check
from smartapp.models import Ehr, EhrReport


def report_on(ehr: Ehr, *, patient_id: str = "") -> dict[str, Any]:
    """Check an EHR; keep the report where it is registered. Raises :class:`CheckRefused`."""
    try:
        report = check(ehr, patient_id=patient_id)
    except CheckRefused as refused:
        told = {"refused": refused.code, "words": str(refused)}
        event = EhrChecked(
            outcome=Outcome.REFUSED, code=refused.code, concepts={}, with_token=False
        )
        _keep(ehr, told, event)
        raise
    told = report.as_json()
    ended = Outcome.SUCCESS if report.met else Outcome.INCOMPLETE
    with_token = report.live.startswith("read")
    _keep(ehr, told, EhrChecked(outcome=ended, concepts=report.counts, with_token=with_token))
    return told


@transaction.atomic
def _keep(ehr: Ehr, told: dict[str, Any], event: EhrChecked) -> None:
    known = not ehr._state.adding  # noqa: SLF001 - the way Django itself tells
    if known:
        EhrReport.objects.create(ehr=ehr, report=told)
    with context.bind(ehr=ehr.slug if known else ""):
        record(event)
