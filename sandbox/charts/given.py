"""Doses given, and doses that were due and not given: what a ward's record of them holds."""

from __future__ import annotations

from sandbox.charts.chart import (
    RXNORM,
    SNOMED,
    Chart,
    Resource,
    concept,
    pruned,
    quantity,
    ref,
)
from sandbox.charts.codes import DRUGS, ROUTES
from sandbox.charts.hospital import Staff

WARD_DOSES = "http://terminology.hl7.org/CodeSystem/medication-admin-category"


def given(
    chart: Chart,
    drug: str,
    ago: int,
    clock: str,
    by: Staff,
    *,
    dose: tuple[float, str, str],
    visit: Resource,
    route: str = "oral",
    until: str | None = None,
    order: Resource | None = None,
    withheld: str | None = None,
) -> Resource:
    """A MedicationAdministration of ``DRUGS[drug]``, over time where ``until`` ("HH:MM") is given.

    ``dose`` is (value, unit, UCUM code). ``withheld`` says why the dose was not given: R4's status
    is then not-done, and there is no dosage, because nothing was taken.
    """
    start = chart.at(ago, clock)
    code, text = DRUGS[drug]
    coded, name = ROUTES[route]
    amount = {"route": concept(name, (SNOMED, coded, name)), "dose": quantity(*dose)}
    resource = {
        "resourceType": "MedicationAdministration",
        "status": "not-done" if withheld else "completed",
        "statusReason": [{"text": withheld}] if withheld else None,
        "category": {
            "coding": [{"system": WARD_DOSES, "code": "inpatient", "display": "Inpatient"}]
        },
        "medicationCodeableConcept": concept(text, (RXNORM, code, text)),
        "subject": chart.subject,
        "context": ref(visit),
        "effectiveDateTime": None if until else start,
        "effectivePeriod": {"start": start, "end": chart.at(ago, until)} if until else None,
        "performer": [{"actor": by.ref}],
        "request": ref(order) if order else None,
        "dosage": None if withheld else amount,
    }
    return chart.add(pruned(resource), chart.at(ago, until or clock))
