"""The lists of a chart: problems, allergies, procedures, vaccines, plans."""

from __future__ import annotations

from html import escape

from sandbox.charts.chart import (
    HL7,
    ICD10,
    RXNORM,
    SNOMED,
    Chart,
    Resource,
    coded,
    concept,
    pruned,
    ref,
)
from sandbox.charts.codes import PROBLEMS, VACCINES
from sandbox.charts.hospital import Staff

CATEGORIES = {
    "problem-list-item": "Problem List Item",
    "encounter-diagnosis": "Encounter Diagnosis",
}
SURGICAL = ("387713003", "Surgical procedure")
DIAGNOSTIC = ("103693007", "Diagnostic procedure")
SIDES = {"left": ("7771000", "Left"), "right": ("24028007", "Right"), "both": ("51440002", "Both")}
CVX = "http://hl7.org/fhir/sid/cvx"


def condition(
    chart: Chart,
    key: str,
    by: Staff,
    *,
    since: int,
    status: str | None = "active",
    verification: str = "confirmed",
    category: str = "problem-list-item",
    until: int | None = None,
    side: str | None = None,
    site: str | None = None,
    visit: Resource | None = None,
    comment: str | None = None,
) -> Resource:
    """A Condition of `PROBLEMS[key]`, begun `since` and over `until` days ago.

    `status` None leaves clinicalStatus out, which FHIR requires of an entry made in error.
    """
    recorded = min(since, 1500)
    resource = {
        "resourceType": "Condition",
        "clinicalStatus": coded("condition-clinical", status, status.title()) if status else None,
        "verificationStatus": coded("condition-ver-status", verification, verification.title()),
        "category": [coded("condition-category", category, CATEGORIES[category])],
        "code": _problem(key),
        "bodySite": _body_site(side, site),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "onsetDateTime": chart.day(since),
        "abatementDateTime": chart.day(until) if until is not None else None,
        "recordedDate": chart.day(recorded),
        "recorder": by.ref,
        "note": [{"text": comment}] if comment else None,
    }
    changed = visit["period"]["start"] if visit else chart.at(until or recorded, "09:00")
    return chart.add(pruned(resource), changed)


def _problem(key: str) -> Resource:
    text, snomed, icd10 = PROBLEMS[key]
    return concept(text, (SNOMED, snomed, text), (ICD10, icd10, text))


def _body_site(side: str | None, site: str | None) -> list[Resource]:
    if not site:
        return []
    code, word = SIDES[side] if side else ("", "")
    return [concept(f"{word} {site}".strip().capitalize(), (SNOMED, code, word))]


def allergy(
    chart: Chart,
    text: str,
    snomed: str,
    by: Staff | None,
    *,
    recorded: int,
    reaction: tuple[str, str] | None = None,
    severity: str | None = None,
    criticality: str | None = None,
    onset: str | None = None,
    status: str | None = "active",
    verification: str = "confirmed",
    category: str | None = "medication",
    rxnorm: str = "",
    comment: str | None = None,
) -> Resource:
    """An AllergyIntolerance, or a statement of none: substance text and code as given.

    `reaction` is (text, SNOMED); `onset` a date of any precision; `severity` mild to severe.
    """
    resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded("allergyintolerance-clinical", status, status.title())
        if status
        else None,
        "verificationStatus": coded(
            "allergyintolerance-verification", verification, verification.title()
        ),
        "category": [category] if category else None,
        "criticality": criticality,
        "code": concept(text, (SNOMED, snomed, text), (RXNORM, rxnorm, text)),
        "patient": chart.subject,
        "onsetDateTime": onset,
        "recordedDate": chart.day(recorded),
        "recorder": by.ref if by else None,
        "note": [{"text": comment}] if comment else None,
        "reaction": [_reaction(*reaction, severity)] if reaction else None,
    }
    return chart.add(pruned(resource), chart.at(recorded, "09:05"))


def _reaction(text: str, snomed: str, severity: str | None) -> Resource:
    manifestation = [concept(text, (SNOMED, snomed, text))]
    return pruned({"manifestation": manifestation, "severity": severity, "description": text})


def procedure(
    chart: Chart,
    text: str,
    snomed: str,
    by: Staff,
    *,
    ago: int,
    side: str | None = None,
    site: str | None = None,
    visit: Resource | None = None,
    diagnostic: bool = False,
) -> Resource:
    """A completed Procedure, of surgery or, with `diagnostic`, to find something out."""
    code, word = DIAGNOSTIC if diagnostic else SURGICAL
    resource = {
        "resourceType": "Procedure",
        "status": "completed",
        "category": concept(word, (SNOMED, code, word)),
        "code": concept(text, (SNOMED, snomed, text)),
        "subject": chart.subject,
        "encounter": ref(visit) if visit else None,
        "performedDateTime": chart.day(ago),
        "performer": [{"actor": by.ref}],
        "bodySite": _body_site(side, site),
    }
    return chart.add(pruned(resource), chart.at(ago, "17:00"))


def vaccine(chart: Chart, key: str, ago: int, *, status: str = "completed") -> Resource:
    """An Immunization of `VACCINES[key]`; "not-done" is kept as refused."""
    code, text = VACCINES[key]
    refused = concept("Declined", (f"{HL7}/v3-ActReason", "PATOBJ", "patient objection"))
    resource = {
        "resourceType": "Immunization",
        "status": status,
        "statusReason": refused if status == "not-done" else None,
        "vaccineCode": concept(text, (CVX, code, text)),
        "patient": chart.subject,
        "occurrenceDateTime": chart.day(ago),
        "primarySource": True,
    }
    return chart.add(pruned(resource), chart.at(ago, "11:00"))


def plan(chart: Chart, title: str, lines: list[str], by: Staff, *, ago: int) -> Resource:
    """A CarePlan. Oracle asks for category assess-plan, Epic for SNOMED 38717003: both stand."""
    us_core = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    resource = {
        "resourceType": "CarePlan",
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(title)}</p><ul>{items}</ul></div>',
        },
        "status": "active",
        "intent": "plan",
        "category": [
            concept(
                "Assessment and plan", (us_core, "assess-plan", "Assessment and Plan of Treatment")
            ),
            concept("Longitudinal care plan", (SNOMED, "38717003", "Longitudinal care plan")),
        ],
        "title": title,
        "subject": chart.subject,
        "period": {"start": chart.day(ago)},
        "author": by.ref,
        "activity": [{"detail": {"status": "in-progress", "description": line}} for line in lines],
    }
    return chart.add(resource, chart.at(ago, "11:30"))


def order(
    chart: Chart, text: str, by: Staff, *, ago: int, clock: str, loinc: str = "", visit: Resource
) -> Resource:
    """An active ServiceRequest: something asked for and not yet done."""
    resource = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": concept(text, ("http://loinc.org", loinc, text)),
        "subject": chart.subject,
        "encounter": ref(visit),
        "authoredOn": chart.at(ago, clock),
        "requester": by.ref,
    }
    return chart.add(resource, chart.at(ago, clock))
