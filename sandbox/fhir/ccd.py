"""A continuity of care document (C-CDA R2.1) of what a chart holds, told section by section.

Of a section only the narrative is made, as tables; its entries are left out, as many a hospital's
own documents leave them out. A type the token may not read is a section without information.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sandbox.fhir.gate import Gate

Resource = dict[str, Any]
Cells = Callable[[Resource], tuple[str, ...]]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<ClinicalDocument xmlns="urn:hl7-org:v3">'
    '<realmCode code="US"/>'
    '<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
    '<templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>'
    '<templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>'
)
_CODE = (
    '<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>'
    "<title>Continuity of Care Document</title>"
)


@dataclass(frozen=True, slots=True)
class _Section:
    """Of one type of resource: its LOINC code, a title, and what stands in a row of its table."""

    kind: str
    loinc: str
    title: str
    heads: tuple[str, ...]
    cells: Cells


def document(patient: str, gate: Gate) -> bytes:
    """Return a patient's document as XML; the patient must exist."""
    person = gate.store.get("Patient", patient) or {}
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S+0000")
    parts = [
        _HEAD,
        f'<id root="2.16.840.1.113883.19" extension={quoteattr(f"ccd-{patient}-{now}")}/>',
        _CODE,
        f'<effectiveTime value="{now}"/>',
        '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>',
        '<languageCode code="en-US"/>',
        _target(person),
        "<component><structuredBody>",
        *(_section(section, patient, gate) for section in _SECTIONS),
        "</structuredBody></component></ClinicalDocument>",
    ]
    return "".join(parts).encode()


def _target(person: Resource) -> str:
    name: Resource = next(iter(person.get("name", [])), {})
    given = "".join(f"<given>{escape(one)}</given>" for one in name.get("given", []))
    sex = {"female": "F", "male": "M"}.get(str(person.get("gender")), "UN")
    born = str(person.get("birthDate", "")).replace("-", "")
    birth = f'<birthTime value="{born}"/>' if born else '<birthTime nullFlavor="UNK"/>'
    return (
        f"<recordTarget><patientRole><id extension={quoteattr(str(person.get('id')))} "
        'root="2.16.840.1.113883.19.5"/>'
        f"<patient><name>{given}<family>{escape(str(name.get('family', '')))}</family></name>"
        f'<administrativeGenderCode code="{sex}" codeSystem="2.16.840.1.113883.5.1"/>{birth}'
        "</patient></patientRole></recordTarget>"
    )


def _section(section: _Section, patient: str, gate: Gate) -> str:
    entries = [entry for entry in gate.store.entries(section.kind, patient) if gate.sees(entry)]
    rows = [section.cells(one.resource) for one in entries if _stands(one.resource)]
    flavor = "" if rows else ' nullFlavor="NI"'
    body = "".join(_row("td", row) for row in rows)
    text = f"<table>{_row('th', section.heads)}{body}</table>" if rows else "No information"
    code = f'<code code="{section.loinc}" codeSystem="2.16.840.1.113883.6.1"/>'
    inner = f"{code}<title>{section.title}</title><text>{text}</text>"
    return f"<component><section{flavor}>{inner}</section></component>"


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(one)}</{tag}>' for one in cells)}</tr>"


def _stands(resource: Resource) -> bool:
    codes = set(_codes(resource.get("verificationStatus")))
    return "entered-in-error" not in {str(resource.get("status")), *codes}


def _codes(concept: Any) -> Iterator[str]:
    for coding in (concept or {}).get("coding", []):
        yield str(coding.get("code", ""))


def _text(concept: Any) -> str:
    found = concept or {}
    displays = (one.get("display", "") for one in found.get("coding", []))
    return str(found.get("text") or next((one for one in displays if one), ""))


def _allergy(one: Resource) -> tuple[str, ...]:
    seen = [_text(sign) for each in one.get("reaction", []) for sign in each["manifestation"]]
    return _text(one.get("code")), ", ".join(seen), next(_codes(one.get("clinicalStatus")), "")


def _problem(one: Resource) -> tuple[str, ...]:
    return (
        _text(one.get("code")),
        str(one.get("onsetDateTime", "")),
        next(_codes(one.get("clinicalStatus")), ""),
    )


def _medication(one: Resource) -> tuple[str, ...]:
    drug = _text(one.get("medicationCodeableConcept"))
    named = drug or str(one.get("medicationReference", {}).get("display", ""))
    said = next((each.get("text", "") for each in one.get("dosageInstruction", [])), "")
    return named, said, str(one.get("status", ""))


def _vaccine(one: Resource) -> tuple[str, ...]:
    return _text(one.get("vaccineCode")), str(one.get("occurrenceDateTime", "")), one["status"]


_SECTIONS = (
    _Section(
        "AllergyIntolerance", "48765-2", "Allergies", ("Substance", "Reaction", "Status"), _allergy
    ),
    _Section(
        "MedicationRequest", "10160-0", "Medications", ("Drug", "Directions", "Status"), _medication
    ),
    _Section("Condition", "11450-4", "Problems", ("Problem", "Since", "Status"), _problem),
    _Section("Immunization", "11369-6", "Immunizations", ("Vaccine", "Date", "Status"), _vaccine),
)
