"""The patient, the visits and the appointments."""

from __future__ import annotations

from sandbox.charts.chart import HL7, SNOMED, Chart, Resource, coded, concept, pruned
from sandbox.charts.hospital import MRN_SYSTEM, ORGANIZATION_ID, Place, Staff

CLASSES = {
    "AMB": "ambulatory",
    "IMP": "inpatient encounter",
    "EMER": "emergency",
    "VR": "virtual",
}


def patient(
    chart: Chart,
    *,
    id: str,  # noqa: A002 - FHIR's own word
    mrn: str,
    given: list[str],
    family: str,
    gender: str,
    born: str | None,
    street: str,
    phone: str,
    text: str | None = None,
    language: tuple[str, str] = ("en", "English"),
    updated: int = 400,
    **more: object,
) -> Resource:
    """The Patient: must be the chart's first resource. `more` holds further FHIR members."""
    name = {"use": "official", "family": family, "given": given}
    name["text"] = text or " ".join([*given, family])
    resource = {
        "resourceType": "Patient",
        "id": id,
        "identifier": [_mrn(mrn)],
        "active": True,
        "name": [name],
        "telecom": [{"system": "phone", "value": phone, "use": "home"}],
        "gender": gender,
        "birthDate": born,
        "address": [_address(street)],
        "communication": [{"language": _language(*language), "preferred": True}],
        "managingOrganization": {"reference": f"Organization/{ORGANIZATION_ID}"},
    }
    return chart.add(pruned(resource | more), chart.at(updated, "08:00"))


def _mrn(value: str) -> Resource:
    kind = coded("v2-0203", "MR", "Medical record number") | {"text": "MRN"}
    return {"use": "usual", "type": kind, "system": MRN_SYSTEM, "value": value}


def _address(street: str) -> Resource:
    return {"use": "home", "line": [street], "city": "Northfield", "country": "US"}


def _language(code: str, display: str) -> Resource:
    return concept(display, ("urn:ietf:bcp:47", code, display))


def encounter(
    chart: Chart,
    kind: str,
    ago: int,
    clock: str,
    by: Staff,
    *,
    where: Place | None = None,
    status: str = "finished",
    setting: str = "AMB",
    until: tuple[int, str] | None = None,
    reason: str | None = None,
    disposition: str | None = None,
) -> Resource:
    """A visit begun `ago` days ago; over the same hour unless `until` (days ago, "HH:MM")."""
    start = chart.at(ago, clock)
    end = None if status == "in-progress" else chart.at(*(until or (ago, _later(clock))))
    place = where or by.unit
    resource = {
        "resourceType": "Encounter",
        "status": status,
        "class": {
            "system": f"{HL7}/v3-ActCode",
            "code": setting,
            "display": CLASSES[setting],
        },
        "type": [concept(kind)],
        "subject": chart.subject,
        "participant": [{"individual": by.ref}],
        "period": pruned({"start": start, "end": end}),
        "reasonCode": [concept(reason)] if reason else None,
        "hospitalization": {"dischargeDisposition": {"text": disposition}} if disposition else None,
        "location": [{"location": place.ref}],
        "serviceProvider": {"reference": f"Organization/{ORGANIZATION_ID}"},
    }
    return chart.add(pruned(resource), end or start)


def open_visit(
    chart: Chart,
    kind: str,
    clock: str,
    by: Staff,
    *,
    reason: str | None = None,
    where: Place | None = None,
    setting: str = "AMB",
) -> Resource:
    """Today's visit, still in progress: the one an EHR launch is about."""
    return encounter(
        chart, kind, 0, clock, by, status="in-progress", reason=reason, where=where, setting=setting
    )


def appointment(
    chart: Chart, kind: str, ago: int, clock: str, by: Staff, *, status: str, minutes: int = 30
) -> Resource:
    """An appointment; `ago` is negative when it lies ahead."""
    start = chart.at(ago, clock)
    party = "accepted" if status != "noshow" else "declined"
    resource = {
        "resourceType": "Appointment",
        "status": status,
        "serviceType": [concept(kind)],
        "appointmentType": coded("v2-0276", "FOLLOWUP", "A follow up visit"),
        "description": kind,
        "start": start,
        "end": chart.at(ago, _later(clock, minutes)),
        "minutesDuration": minutes,
        "participant": [
            {"actor": chart.subject, "status": party},
            {"actor": by.ref, "status": "accepted"},
            {"actor": by.unit.ref, "status": "accepted"},
        ],
    }
    return chart.add(resource, min(start, chart.at(3, "16:00")))


def family(
    chart: Chart,
    relation: tuple[str, str],
    conditions: list[tuple[str, str, int | None]],
    *,
    died: int | None = None,
) -> Resource:
    """FamilyMemberHistory: relation (v3-RoleCode, text), conditions (text, SNOMED, age at onset)."""
    code, text = relation
    resource = {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "patient": chart.subject,
        "date": chart.day(30),
        "relationship": concept(text, (f"{HL7}/v3-RoleCode", code, text)),
        "deceasedAge": _years(died) if died else None,
        "condition": [_relative_condition(*each) for each in conditions],
    }
    return chart.add(pruned(resource), chart.at(30, "10:00"))


def _relative_condition(text: str, snomed: str, age: int | None) -> Resource:
    found = {"code": concept(text, (SNOMED, snomed, text))}
    return found | {"onsetAge": _years(age)} if age is not None else found


def _years(age: int) -> Resource:
    return {"value": age, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}


def _later(clock: str, minutes: int = 30) -> str:
    hour, minute = map(int, clock.split(":"))
    total = min(hour * 60 + minute + minutes, 23 * 60 + 59)
    return f"{total // 60:02d}:{total % 60:02d}"
