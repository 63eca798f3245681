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

    `times` is (frequency, period, unit); `dose` (value, unit); `as_needed` what for;
    `reported` a medicine the patient says is taken, which nobody here ordered; written `since`
    days ago at `clock`, stopped or withdrawn `until` days ago.
    """
    product = DRUGS[drug]
    resource = {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "plan" if reported else intent,
        "category": [coded("medicationrequest-category", setting, setting.title())],
        "reportedBoolean": True if reported else None,
        "medicationCodeableConcept": concept(product.text, (RXNORM, product.rxnorm, product.text)),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "authoredOn": chart.at(since, clock),
        "requester": by.ref,
        "reasonCode": [concept(reason)] if reason else None,
        "note": [{"text": comment}] if comment else None,
        "dosageInstruction": [_dosage(sig, dose, times, route, as_needed, bedtime=bedtime)],
    }
    changed = chart.at(until, clock) if until is not None else resource["authoredOn"]
    return chart.add(pruned(resource), str(changed))


def _dosage(
    sig: str,
    dose: tuple[float, str],
    times: tuple[int, int, str],
    route: str,
    as_needed: str | None,
    *,
    bedtime: bool,
) -> Resource:
    frequency, period, unit = times
    repeat: Resource = {"frequency": frequency, "period": period, "periodUnit": unit}
    if bedtime:
        repeat["when"] = ["HS"]
    code, name = ROUTES[route]
    asked: Resource = {"asNeededBoolean": False}
    if as_needed:
        asked = {"asNeededCodeableConcept": {"text": as_needed}}
    return {
        "sequence": 1,
        "text": sig,
        "timing": {"repeat": repeat, "code": {"text": sig}},
        "route": concept(name, (SNOMED, code, name)),
        "doseAndRate": [
            {
                "type": coded("dose-rate-type", "ordered", "Ordered"),
                "doseQuantity": quantity(*dose, _ucum(dose[1])),
            }
        ],
    } | asked


def _ucum(unit: str) -> str:
    return {"mcg": "ug", "units": "[iU]", "puff": "{puff}", "tablet": "{tbl}"}.get(unit, unit)
