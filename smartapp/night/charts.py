"""Charts as they are kept until the next evening, and the one door to them.

They were read with the backend's token, which may read more than a clinician's. So they are for
work of the app that runs without one; a launch reads with its own token, as ever.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.nights import NightChartOpened, NightChartsForgotten
from audit.recorder import record
from smartapp.fhir.results import Concept, Fetched, Missing, ReadResult, Reason
from smartapp.models import Ehr, Night, NightPatient
from smartapp.models.launches import patient_index
from smartapp.night import exact

_AT_ONCE = 1000
_NIGHTS_KEPT = timedelta(days=30)


def prepared(ehr: Ehr, patient_id: str, *, purpose: str) -> dict[Concept, ReadResult] | None:
    """Return the newest chart that was read of a patient, ``None`` where there is none.

    ``purpose``, without PHI, stands in the trail beside the act.
    """
    key = patient_index(ehr, patient_id)
    since = timezone.now() - timedelta(hours=settings.NIGHT_KEEP_HOURS)
    kept = NightPatient.objects.filter(
        key=key, night__ehr=ehr, chart_sealed__isnull=False, ended_at__gte=since
    )
    row = kept.order_by("-ended_at").first()
    if row is None:
        return None
    with transaction.atomic(), context.bind(ehr=ehr.slug, patient_index=key):
        record(NightChartOpened(night_id=str(row.night_id), purpose=purpose))
    return _unpacked(row.chart)


def packed(results: dict[Concept, ReadResult]) -> str:
    """Return a chart as JSON, its decimals exact."""
    return exact.to_text({concept.value: _packed(result) for concept, result in results.items()})


def forget() -> int:
    """Delete charts whose time is over, and the rows of nights long past; return how many."""
    now, count = timezone.now(), 0
    before = now - timedelta(hours=settings.NIGHT_KEEP_HOURS)
    old = NightPatient.objects.filter(chart_sealed__isnull=False, ended_at__lt=before)
    for night in Night.objects.filter(pk__in=old.values("night")).select_related("ehr"):
        keys = list(old.filter(night=night).values_list("pk", flat=True)[:_AT_ONCE])
        with transaction.atomic(), context.bind(ehr=night.ehr.slug):
            charts = NightPatient.objects.filter(pk__in=keys).update(chart_sealed=None)
            record(NightChartsForgotten(night_id=str(night.pk), charts=charts))
        count += charts
    Night.objects.filter(ended_at__lt=now - _NIGHTS_KEPT).delete()
    return count


def _packed(result: ReadResult) -> dict[str, Any]:
    return {
        "resources": [each.raw for each in result.resources],
        "included": [each.raw for each in result.included.values()],
        "missing": [[each.reason.value, each.detail] for each in result.missing],
        "total": result.total,
        "read_at": result.read_at.isoformat() if result.read_at else None,
    }


def _unpacked(chart: dict[str, Any]) -> dict[Concept, ReadResult]:
    found = {}
    for name, kept in exact.with_decimals(chart).items():
        concept = Concept(name)
        included = [Fetched.of(raw) for raw in kept["included"]]
        found[concept] = ReadResult(
            concept,
            resources=tuple(Fetched.of(raw) for raw in kept["resources"]),
            missing=tuple(Missing(concept, Reason(why), what) for why, what in kept["missing"]),
            total=kept["total"],
            read_at=datetime.fromisoformat(kept["read_at"]) if kept["read_at"] else None,
            included={each.reference: each for each in included},
        )
    return found
