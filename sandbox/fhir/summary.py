"""A summary of a chart made when it is asked for: ``$docref`` and the C-CDA that it leads to.

One vendor makes a CCD of the patient in context and of nobody else; its document reference has
no id, for it is kept nowhere, and its text lies at ``Binary/$autogen-ccd-if``.
"""

import base64
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.fhir.ccd import document
from sandbox.fhir.errors import FhirError
from sandbox.fhir.gate import Gate
from sandbox.fhir.shapes import base_url, dumps
from sandbox.fhir.store import Entry

LOINC = "http://loinc.org"
CODE = "34133-9"
_KNOWN = {"patient", "type", "start", "end", "on-demand", "profile"}
_FORMAT = {
    "system": "urn:oid:1.3.6.1.4.1.19376.1.2.3",
    "code": "urn:hl7-org:sdwg:ccda-structuredBody:2.1",
    "display": "Documents following C-CDA constraints using a structured body",
}


def docref(parameters: dict[str, str], gate: Gate) -> bytes:
    """Return the searchset with the one document that can be made. Raises FhirError 400 or 403."""
    if not gate.personality.reading.summary_documents:
        raise FhirError(404, "not-found", "There is nothing at this address.")
    gate.require("DocumentReference", "read")
    strange = sorted(set(parameters) - _KNOWN)
    if strange:
        raise FhirError(400, "not-supported", f"Not supported: {', '.join(strange)}.")
    if parameters.get("type") not in {f"{LOINC}|{CODE}", CODE}:
        raise FhirError(400, "required", f"type must be {LOINC}|{CODE}.")
    patient = _patient(parameters, gate)
    where = f"{base_url(gate.personality)}/DocumentReference/$docref"
    found = {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "searchset",
        "total": 1,
        "link": [{"relation": "self", "url": f"{where}?{urlencode(parameters, safe='|:/')}"}],
        "entry": [{"resource": _reference(patient, gate), "search": {"mode": "match"}}],
    }
    return dumps(found)


def ccd(parameters: dict[str, str], gate: Gate) -> Entry:
    """Return the C-CDA as a Binary. Raises FhirError 400, 403 or 404."""
    if not gate.personality.reading.summary_documents:
        raise FhirError(404, "not-found", "No such Binary.")
    gate.require("Binary", "read")
    patient = _patient(parameters, gate)
    resource = {
        "resourceType": "Binary",
        "id": "autogen-ccd-if",
        "contentType": "application/xml",
        "securityContext": {"reference": f"Patient/{patient}"},
        "data": base64.b64encode(document(patient, gate)).decode(),
    }
    return Entry("Binary", "autogen-ccd-if", 1, datetime.now(UTC), frozenset({patient}), resource)


def _patient(parameters: dict[str, str], gate: Gate) -> str:
    """Return whose summary is asked for: of a launch, the patient it was opened on alone."""
    patient = parameters.get("patient", "").removeprefix("Patient/")
    if not patient:
        raise FhirError(400, "required", "Must have patient.")
    if gate.grant.patient is not None and patient != gate.grant.patient:
        raise FhirError(403, "forbidden", "The token is for another patient.")
    if gate.store.entry("Patient", patient) is None:
        raise FhirError(404, "not-found", "No such Patient.")
    return patient


def _reference(patient: str, gate: Gate) -> dict[str, Any]:
    text = "Summary of episode note"
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    address = f"{base_url(gate.personality)}/Binary/$autogen-ccd-if?patient={patient}"
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": CODE, "display": text}], "text": text},
        "subject": {"reference": f"Patient/{patient}"},
        "date": now,
        "content": [
            {
                "attachment": {"contentType": "application/xml", "url": address, "title": text},
                "format": _FORMAT,
            }
        ],
        "context": {"period": {"end": now}},
    }
