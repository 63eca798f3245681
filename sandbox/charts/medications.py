"""Medicines: ordered, reported, stopped."""

from __future__ import annotations

from sandbox.charts.chart import (
    RXNORM,
    SNOMED,
    Chart,
    Resource,
    coded,
    concept,
    pruned,
    quantity,
    ref,
)
from sandbox.charts.codes import DRUGS, ROUTES
from sandbox.charts.hospital import Staff


def medication(
    chart: Chart,
    drug: str,
    sig: str,
    by: Staff,
    *,
    dose: tuple[float, str],
    since: int,
    times: tuple[int, int, str] = (1, 1, "d"),
    route: str = "oral",
    status: str = "active",
    intent: str = "order",
    as_needed: str | None = None,
    bedtime: bool = False,
    reported: bool = False,
    reason: str | None = None,
    setting: str = "community",
    visit: Resource | None = None,
    comment: str | None = None,
    until: int | None = None,
    clock: str = "10:30",
) -> Resource:
    """A MedicationRequest for `DRUGS[drug]`; `sig` is the instruction as written.

    `times` is (frequency, period, unit); `dose` (value, unit); `as_needed` what for; `reported`
    what the patient takes and nobody here ordered; `until` when it was stopped or withdrawn.
    """
    resource = _order(chart, drug, by, intent, reported=reported) | {
        "status": status,
        "category": [coded("medicationrequest-category", setting, setting.title())],
        "encounter": ref(visit) if visit else None,
        "authoredOn": chart.at(since, clock),
        "reasonCode": [concept(reason)] if reason else None,
        "note": [{"text": comment}] if comment else None,
        "dosageInstruction": [
            _instruction(sig, dose, route) | _timing(sig, times, as_needed, bedtime=bedtime)
        ],
    }
    return chart.add(pruned(resource), chart.at(since if until is None else until, clock))


def _order(chart: Chart, drug: str, by: Staff, intent: str, *, reported: bool) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "intent": "plan" if reported else intent,
        "reportedBoolean": True if reported else None,
        "medicationCodeableConcept": _product(drug),
        "subject": chart.subject,
        "requester": by.ref,
    }


def _product(drug: str) -> Resource:
    code, text = DRUGS[drug]
    return concept(text, (RXNORM, code, text))


def _instruction(sig: str, dose: tuple[float, str], route: str) -> Resource:
    code, name = ROUTES[route]
    amount = {
        "type": coded("dose-rate-type", "ordered", "Ordered"),
        "doseQuantity": quantity(*dose, _ucum(dose[1])),
    }
    return {
        "sequence": 1,
        "text": sig,
        "route": concept(name, (SNOMED, code, name)),
        "doseAndRate": [amount],
    }


def _timing(
    sig: str, times: tuple[int, int, str], as_needed: str | None, *, bedtime: bool
) -> Resource:
    frequency, period, unit = times
    repeat: Resource = {"frequency": frequency, "period": period, "periodUnit": unit}
    if bedtime:
        repeat["when"] = ["HS"]
    timing: Resource = {"timing": {"repeat": repeat, "code": {"text": sig}}}
    if as_needed:
        return timing | {"asNeededCodeableConcept": {"text": as_needed}}
    return timing | {"asNeededBoolean": False}


def _ucum(unit: str) -> str:
    return {"mcg": "ug", "units": "[iU]", "puff": "{puff}", "tablet": "{tbl}"}.get(unit, unit)
