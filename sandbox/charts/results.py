"""Measurements: laboratory, vital signs, reports."""

from __future__ import annotations

from typing import Any

from sandbox.charts.chart import (
    HL7,
    LOINC,
    SNOMED,
    Chart,
    Resource,
    coded,
    concept,
    pruned,
    quantity,
    ref,
)
from sandbox.charts.codes import LABS, MALE, Test
from sandbox.charts.hospital import Staff

FLAGS = {"L": "Low", "H": "High", "N": "Normal", "LL": "Critical low", "HH": "Critical high"}
VITALS = {
    "pulse": ("8867-4", "Heart rate", "beats/min", "/min"),
    "weight": ("29463-7", "Body weight", "kg", "kg"),
    "height": ("8302-2", "Body height", "cm", "cm"),
    "bmi": ("39156-5", "Body mass index", "kg/m2", "kg/m2"),
    "temperature": ("8310-5", "Body temperature", "°C", "Cel"),
    "breaths": ("9279-1", "Respiratory rate", "breaths/min", "/min"),
    "spo2": ("59408-5", "Oxygen saturation by pulse oximetry", "%", "%"),
}


def lab(
    chart: Chart,
    key: str,
    value: float,
    ago: int,
    clock: str,
    *,
    issued: str | None = None,
    visit: Resource | None = None,
    status: str = "final",
    flag: str | None = None,
    bounds: tuple[float | None, float | None] | None = None,
    comparator: str | None = None,
    comment: str | None = None,
    id: str | None = None,  # noqa: A002 - FHIR's own word
) -> Resource:
    """A laboratory Observation of `LABS[key]`, collected at `clock`, out at `issued`.

    The flag follows from the reference range unless the laboratory's own is given.
    """
    test = LABS[key]
    low, high = bounds or _bounds(chart, key, test)
    measured = quantity(value, test.unit, test.ucum) | pruned({"comparator": comparator})
    flag = flag or _flag(value, low, high)
    resource = {
        "resourceType": "Observation",
        "id": id,
        "status": status,
        "category": [coded("observation-category", "laboratory", "Laboratory")],
        "code": concept(test.name, (LOINC, test.loinc, test.name)),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "effectiveDateTime": chart.at(ago, clock),
        "issued": chart.at(ago, issued or clock),
        "valueQuantity": measured,
        "interpretation": [coded("v3-ObservationInterpretation", flag, FLAGS[flag])],
        "referenceRange": [_range(test, low, high)],
        "note": [{"text": comment}] if comment else None,
    }
    return chart.add(pruned(resource), chart.at(ago, issued or clock))


def labs(
    chart: Chart, ago: int, clock: str, values: dict[str, float], **more: Any
) -> list[Resource]:
    """One draw: several tests of `LABS` from the same blood; `more` as for `lab`."""
    return [lab(chart, key, value, ago, clock, **more) for key, value in values.items()]


def _bounds(chart: Chart, key: str, test: Test) -> tuple[float | None, float | None]:
    if chart.patient.get("gender") == "male" and key in MALE:
        return MALE[key]
    return test.low, test.high


def _flag(value: float, low: float | None, high: float | None) -> str:
    if low is not None and value < low:
        return "L"
    return "H" if high is not None and value > high else "N"


def _range(test: Test, low: float | None, high: float | None) -> Resource:
    """With the words a laboratory prints: both bounds, "60 or more", "up to 125"."""
    if low is not None and high is not None:
        text = f"{low:g}–{high:g}"  # noqa: RUF001 - an en dash stands between bounds
    else:
        text = f"{low:g} or more" if low is not None else f"up to {high:g}"
    found: Resource = {"text": text}
    if low is not None:
        found["low"] = quantity(low, test.unit, test.ucum)
    if high is not None:
        found["high"] = quantity(high, test.unit, test.ucum)
    return found


def vitals(
    chart: Chart,
    ago: int,
    clock: str,
    by: Staff,
    *,
    bp: tuple[int, int] | None = None,
    panel: str = "85354-9",
    visit: Resource | None = None,
    **values: float,
) -> list[Resource]:
    """Vital signs taken together: `bp` (systolic, diastolic) and any of `VITALS` by name.

    `panel` is the code of the two pressures together: some hospitals file them under 55284-4.
    """
    when = chart.at(ago, clock)
    found = []
    if bp:
        found.append(_vital(chart, when, by, visit, _pressure(*bp, panel)))
    for name, value in values.items():
        loinc, text, unit, ucum = VITALS[name]
        body = {
            "code": concept(text, (LOINC, loinc, text)),
            "valueQuantity": quantity(value, unit, ucum),
        }
        found.append(_vital(chart, when, by, visit, body))
    return found


def _vital(chart: Chart, when: str, by: Staff, visit: Resource | None, body: Resource) -> Resource:
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded("observation-category", "vital-signs", "Vital Signs")],
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "effectiveDateTime": when,
        "issued": when,
        "performer": [by.ref],
    }
    return chart.add(pruned(resource | body), when)


def _pressure(systolic: int, diastolic: int, panel: str) -> Resource:
    parts = [("8480-6", "Systolic blood pressure", systolic)]
    parts.append(("8462-4", "Diastolic blood pressure", diastolic))
    return {
        "code": concept("Blood pressure", (LOINC, panel, "Blood pressure panel")),
        "component": [
            {
                "code": concept(text, (LOINC, loinc, text)),
                "valueQuantity": quantity(value, "mmHg", "mm[Hg]"),
            }
            for loinc, text, value in parts
        ],
    }


def finding(
    chart: Chart,
    text: str,
    ago: int,
    clock: str,
    *,
    category: str,
    loinc: str,
    value: Resource,
    status: str = "final",
    visit: Resource | None = None,
) -> Resource:
    """Any other Observation; `value` is its value[x] member, e.g. {"valueString": "…"}."""
    when = chart.at(ago, clock)
    title = category.replace("-", " ").title()
    resource = {
        "resourceType": "Observation",
        "status": status,
        "category": [coded("observation-category", category, title)],
        "code": concept(text, (LOINC, loinc, text)),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "effectiveDateTime": when,
        "issued": when,
    }
    return chart.add(pruned(resource | value), when)


def smoking(chart: Chart, text: str, snomed: str, ago: int) -> Resource:
    """Smoking status as a social history Observation."""
    value = {"valueCodeableConcept": concept(text, (SNOMED, snomed, text))}
    return finding(
        chart,
        "Tobacco smoking status",
        ago,
        "09:10",
        category="social-history",
        loinc="72166-2",
        value=value,
    )


def report(
    chart: Chart,
    text: str,
    loinc: str,
    ago: int,
    clock: str,
    *,
    category: tuple[str, str] = ("LAB", "Laboratory"),
    results: list[Resource] | None = None,
    status: str = "final",
    conclusion: str | None = None,
    by: Staff | None = None,
    visit: Resource | None = None,
) -> Resource:
    """A DiagnosticReport out at `clock`; "registered" and without results it is awaited."""
    when = chart.at(ago, clock)
    resource = {
        "resourceType": "DiagnosticReport",
        "status": status,
        "category": [
            concept(category[1], (f"{HL7}/v2-0074", *category)),
        ],
        "code": concept(text, (LOINC, loinc, text)),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "effectiveDateTime": results[0]["effectiveDateTime"] if results else when,
        "issued": when if status == "final" else None,
        "performer": [by.ref] if by else None,
        "result": [ref(each) for each in results or []],
        "conclusion": conclusion,
    }
    return chart.add(pruned(resource), when)
